using BenchmarkDotNet.Running;
using SpanRelay.Benchmarks.Workers;

if (args is ["workers", .. var rest])
    return await WorkerMeasurement.RunAsync(rest);

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
