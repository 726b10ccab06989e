using BenchmarkDotNet.Running;
using SpanRelay.Benchmarks.Ingest;
using SpanRelay.Benchmarks.Workers;

if (args is ["workers", .. var rest])
    return await WorkerMeasurement.RunAsync(rest);
if (args is ["ingest"])
    return await IngestMeasurement.RunAsync();

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
