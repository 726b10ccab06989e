using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using SpanRelay.Fakes;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Tests;

namespace SpanRelay.Benchmarks.Workers;

/// <summary>
/// Measures the published function app: the start, memory, and CPU time for a GB of events, alone and beside a custom handler
/// from before. <c>dotnet run -c Release --project tests/SpanRelay.Benchmarks -- workers --help</c> says how.
/// </summary>
internal static class WorkerMeasurement
{
    private const int Starts = 5;
    private const long MeasuredBytes = 1_000_000_000;
    private const int EventBytes = 1_000_000;
    private const int SpansOfEvent = 50; // As the gateway sends them.
    private const int EventsOfBatch = 16; // As host.json has it.
    private const int MeasuredSpans = 500_000;
    private const int TelemetryRounds = 7;
    private const int BatchesOfRound = 60;

    private const string Usage = """
        workers --app <folder> [--empty <folder>] [--custom-handler <folder>] [--telemetry only]
          --app             the published function app (dotnet publish src/SpanRelay.Functions -c Release -p:HostExtension=none -o <folder>)
          --empty           tests/SpanRelay.TestWorker published the same way: the cost of moving a batch in, with nothing behind it
          --custom-handler  a publish of the last custom handler, to compare with
          --telemetry only  just what the export of metrics and traces costs, beside an app without it
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folders = arguments.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => Path.GetFullPath(pair[1]), StringComparer.Ordinal);
        if (!folders.TryGetValue("--app", out var app) || !OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        await using var dynatrace = await LoopbackServer.StartAsync(AcceptAsync, 0, null, CancellationToken.None);
        var settings = Settings(dynatrace.Address);
        Func<Task<IMeasuredApp>> worker = async () => await IsolatedWorker.StartAsync(Path.Combine(app, "SpanRelay.Functions.dll"), "ForwardSpans", settings);
        await MeasureTelemetryAsync(app, settings, dynatrace.Address);
        if (folders.ContainsKey("--telemetry"))
            return 0;
        await MeasureStartAsync("isolated worker", worker);
        var relay = await MeasureBatchesAsync("isolated worker, whole relay", worker, Spans());
        foreach (var contentBytes in (int[])[0, 700])
            await MeasureRateAsync(worker, contentBytes);
        if (folders.TryGetValue("--empty", out var empty))
            await MeasureBatchesAsync("isolated worker, nothing behind", async () => await IsolatedWorker.StartAsync(Path.Combine(empty, "SpanRelay.TestWorker.dll"), "Forward", settings), Noise());
        if (folders.TryGetValue("--custom-handler", out var before))
        {
            Func<Task<IMeasuredApp>> handler = async () => await CustomHandler.StartAsync(before, settings);
            await MeasureStartAsync("custom handler", handler);
            var old = await MeasureBatchesAsync("custom handler, whole relay", handler, Spans());
            Print($"CPU time of the worker for that of the custom handler: {relay / old:0.00}");
        }

        return 0;
    }

    private static async Task MeasureStartAsync(string name, Func<Task<IMeasuredApp>> start)
    {
        var times = new List<double>();
        var idle = 0.0;
        for (var i = 0; i < Starts; i++)
        {
            var watch = Stopwatch.StartNew();
            await using var app = await start();
            times.Add(watch.Elapsed.TotalMilliseconds);
            idle = ProcessUsage.ResidentMegabytes(app.ProcessId);
        }

        times.Sort();
        Print($"{name}: loaded after {times[Starts / 2]:0} ms ({times[0]:0} to {times[^1]:0}), idle {idle:0} MB");
    }

    /// <returns>CPU seconds for a GB in batches of 4 MB.</returns>
    private static async Task<double> MeasureBatchesAsync(string name, Func<Task<IMeasuredApp>> start, IReadOnlyList<byte[]> events)
    {
        var small = 0.0;
        foreach (var megabytes in (int[])[4, 16, 30])
        {
            await using var app = await start();
            var batch = events.Take(megabytes).ToArray();
            var bytes = batch.Sum(body => (long)body.Length);
            for (var warmUp = 0; warmUp < 5; warmUp++)
                await app.ForwardAsync(batch);
            var before = ProcessUsage.CpuSeconds(app.ProcessId);
            var batches = MeasuredBytes / bytes;
            for (var i = 0; i < batches; i++)
                await app.ForwardAsync(batch);
            var seconds = (ProcessUsage.CpuSeconds(app.ProcessId) - before) * 1e9 / (batches * bytes);
            Print($"{name}, batches of {megabytes} MB: {seconds:0.0} CPU s/GB, peak {ProcessUsage.PeakMegabytes(app.ProcessId):0} MB");
            small = megabytes == 4 ? seconds : small;
        }

        return small;
    }

    /// <summary>Spans as the gateway sends them, in batches as the host makes them.</summary>
    private static async Task MeasureRateAsync(Func<Task<IMeasuredApp>> start, int contentBytes)
    {
        await using var app = await start();
        var batch = Enumerable.Range(0, EventsOfBatch).Select(number => Event(number, SpansOfEvent, contentBytes)).ToArray();
        var bytes = batch.Sum(body => (long)body.Length);
        for (var warmUp = 0; warmUp < 100; warmUp++)
            await app.ForwardAsync(batch);
        var before = ProcessUsage.CpuSeconds(app.ProcessId);
        const int Batches = MeasuredSpans / (EventsOfBatch * SpansOfEvent);
        for (var i = 0; i < Batches; i++)
            await app.ForwardAsync(batch);
        var seconds = ProcessUsage.CpuSeconds(app.ProcessId) - before;
        Print($"isolated worker, {bytes / (EventsOfBatch * SpansOfEvent)} bytes a span: {Batches * EventsOfBatch * SpansOfEvent / seconds:0} spans, {Batches * bytes / seconds / 1e6:0} MB for a second of CPU time");
    }

    /// <summary>An app that exports its metrics and traces by OTLP, beside one that does not: in turn, so that both meet the same machine.</summary>
    private static async Task MeasureTelemetryAsync(string folder, Dictionary<string, string> settings, Uri receiver)
    {
        var exporting = new Dictionary<string, string>(settings) { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.AbsoluteUri, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_METRIC_EXPORT_INTERVAL"] = "5000" };
        await using var off = await IsolatedWorker.StartAsync(Path.Combine(folder, "SpanRelay.Functions.dll"), "ForwardSpans", settings);
        await using var on = await IsolatedWorker.StartAsync(Path.Combine(folder, "SpanRelay.Functions.dll"), "ForwardSpans", exporting);
        var batch = Enumerable.Range(0, EventsOfBatch).Select(number => Event(number, SpansOfEvent, contentBytes: 700)).ToArray();
        var costs = new List<double>();
        for (var round = -1; round < TelemetryRounds; round++)
        {
            var (without, with) = (await SecondsAsync(off, batch), await SecondsAsync(on, batch));
            if (round >= 0)
                costs.Add((with / without) - 1);
        }

        costs.Sort();
        Print($"export of metrics and traces: {costs[TelemetryRounds / 2]:P1} more CPU time ({costs[0]:P1} to {costs[^1]:P1} in {TelemetryRounds} rounds of {BatchesOfRound} batches)");
    }

    private static async Task<double> SecondsAsync(IsolatedWorker app, byte[][] batch)
    {
        var before = ProcessUsage.CpuSeconds(app.ProcessId);
        for (var i = 0; i < BatchesOfRound; i++)
            await app.ForwardAsync(batch);
        return ProcessUsage.CpuSeconds(app.ProcessId) - before;
    }

    private static Dictionary<string, string> Settings(Uri dynatrace) => new()
    {
        ["Dynatrace__Environment"] = dynatrace.GetLeftPart(UriPartial.Authority),
        ["Dynatrace__ApiToken"] = DynatraceToken.CreateClassic().Value,
        ["Relay__MaxSpanAge"] = "00:58:00",
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        ["EVENTHUB_NAME"] = "spans",
        ["QUEUE_NAME"] = "queue",
        ["SCHEDULE"] = "0 0 0 1 1 *",
        ["TEST_WORKER_DROPS"] = "true",
    };

    private static byte[][] Spans() => [.. Enumerable.Range(0, 30).Select(number => Event(number, EventBytes / 3_000, contentBytes: 700))];

    /// <summary>Spans that end now.</summary>
    private static byte[] Event(int number, int count, int contentBytes) =>
        Some.Request([.. Enumerable.Range(1, count).Select(i => GatewaySpan.Create((number * 1_000) + i, contentBytes, TimeProvider.System.GetUtcNow()))]).ToByteArray();

    private static byte[][] Noise() => [.. Enumerable.Range(0, 30).Select(number =>
    {
        var body = new byte[EventBytes];
        new Random(number).NextBytes(body);
        return body;
    })];

    private static async Task AcceptAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "application/x-protobuf";
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
