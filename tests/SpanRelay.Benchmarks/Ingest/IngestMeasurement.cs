using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using SpanRelay.DeadLetters;
using SpanRelay.Fakes;
using SpanRelay.Ingest;
using SpanRelay.Local.EventHub;
using SpanRelay.Tests;

namespace SpanRelay.Benchmarks.Ingest;

/// <summary>
/// Measures the OTLP address beside a handler that passes each body on unread: over HTTP in, and over AMQP to the same local Event Hub out.
/// For gzipped bodies there is also a handler that inflates them first, without which nothing can be redacted. In turn, so that all meet the same machine.
/// </summary>
internal static class IngestMeasurement
{
    private const int WarmUps = 5; // Until the JIT compiler has optimized what runs.
    private const int Rounds = 5;
    private const int ExportsOfRound = 150;
    private const int Senders = 4;
    private const int SpansOfExport = 300;
    private const int SpansOfTrace = 6; // As a gateway writes for one call.

    private static readonly string[] Words = Encoding.UTF8.GetString(SampleTexts.Prose.AsSpan()).Split(' ');

    public static async Task<int> RunAsync()
    {
        foreach (var (name, encoding, bodies) in new[] { ("protobuf", null, Exports()), ("protobuf, gzip", "gzip", Exports().Select(Gzip).ToArray()) })
            await MeasureAsync(name, encoding, bodies);
        return 0;
    }

    private static async Task MeasureAsync(string name, string? encoding, byte[][] bodies)
    {
        var handlers = Enum.GetValues<Handler>().Where(handler => handler != Handler.Inflating || encoding is not null).ToList();
        var rounds = handlers.ToDictionary(handler => handler, _ => new List<(double Wall, double Cpu)>());
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var handler in handlers)
            {
                var measured = await RunRoundAsync(bodies, encoding, handler);
                if (round >= 0)
                    rounds[handler].Add(measured);
            }
        }

        var bytes = ExportsOfRound * bodies.Average(body => body.Length) / 1e6;
        var (ingestWall, ingestCpu) = (Median(rounds[Handler.Ingest], each => each.Wall), Median(rounds[Handler.Ingest], each => each.Cpu));
        foreach (var handler in handlers)
        {
            var (wall, cpu) = (Median(rounds[handler], each => each.Wall), Median(rounds[handler], each => each.Cpu));
            Print($"{name}, {handler}: {bytes / wall:0} MB/s, {cpu * 1000 / ExportsOfRound:0.0} CPU ms an export; ingest has {wall / ingestWall:P0} of it by time, {cpu / ingestCpu:P0} by CPU");
        }
    }

    private static async Task<(double Wall, double Cpu)> RunRoundAsync(byte[][] bodies, string? encoding, Handler handler)
    {
        await using var door = await EventHubServer.StartAsync(new LocalEventHub("spans"));
        var options = new IngestOptions { Hub = new HubOptions { ConnectionString = door.ConnectionString, Name = "spans" }, SendTimeout = TimeSpan.FromMinutes(1) };
        await using var hub = new HubSender(options, () => throw new InvalidOperationException("There is a connection string."), TimeProvider.System);
        var ingest = new TraceIngest(options, new RelayOptions { Dynatrace = Some.Dynatrace() }, hub, new NoStore(), TimeProvider.System, NullLogger.Instance);
        await using var server = await LoopbackServer.StartAsync(
            async context => context.Response.StatusCode = await HandleAsync(context.Request, handler, ingest, hub), 0, null, CancellationToken.None);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address };
        await SendAsync(client, bodies[0], encoding); // Opens the connection.

        using var self = Process.GetCurrentProcess();
        var (start, cpu) = (Stopwatch.GetTimestamp(), self.TotalProcessorTime);
        await Parallel.ForAsync(0, ExportsOfRound, new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (i, _) => await SendAsync(client, bodies[i % bodies.Length], encoding));
        var wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        self.Refresh();
        return (wall, (self.TotalProcessorTime - cpu).TotalSeconds);
    }

    private static async Task<int> HandleAsync(HttpRequest request, Handler handler, TraceIngest ingest, HubSender hub)
    {
        using var body = new MemoryStream((int)request.ContentLength!.Value); // As the worker does.
        await request.Body.CopyToAsync(body);
        if (handler == Handler.Inflating)
            Inflate(body);
        if (handler != Handler.Ingest)
            return await hub.SendAsync([new HubEvent("any", body.ToArray())], CancellationToken.None) is null ? 200 : 503;

        var headers = new IngestHeaders(request.ContentType, request.Headers.ContentEncoding, request.ContentLength);
        return (await ingest.ReceiveAsync(headers, _ => Task.FromResult<ReadOnlyMemory<byte>>(body.GetBuffer().AsMemory(0, (int)body.Length)), CancellationToken.None)).Status;
    }

    private static void Inflate(MemoryStream body)
    {
        using var gzip = new GZipStream(new MemoryStream(body.GetBuffer(), 0, (int)body.Length), CompressionMode.Decompress);
        gzip.CopyTo(Stream.Null);
    }

    private static async Task SendAsync(HttpClient client, byte[] body, string? encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/x-protobuf");
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        using var response = await client.PostAsync(new Uri("v1/traces", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    private static byte[][] Exports() => [.. Enumerable.Range(0, 30).Select(number =>
    {
        var random = new Random(number);
        var spans = Enumerable.Range(0, SpansOfExport).Select(i =>
        {
            var span = Some.Span((number * SpansOfExport) + i + 1, end: TimeProvider.System.GetUtcNow());
            span.TraceId = Some.Span(((number * SpansOfExport) + i) / SpansOfTrace + 1).TraceId;
            span.Attributes.Add(Some.Attribute("tfy.span_type", "Model"));
            span.Attributes.Add(Some.Attribute("tfy.input", Text(random)));
            span.Attributes.Add(Some.Attribute("tfy.output", Text(random)));
            return span;
        });
        return Some.Request([.. spans]).ToByteArray();
    })];

    /// <summary>Some 1,300 bytes; the same text everywhere would compress to nothing.</summary>
    private static string Text(Random random) => string.Join(' ', random.GetItems(Words, 220));

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return output.ToArray();
    }

    private static double Median(IEnumerable<(double Wall, double Cpu)> rounds, Func<(double Wall, double Cpu), double> of) => rounds.Select(of).Order().ElementAt(Rounds / 2);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private enum Handler
    {
        PassThrough,
        Inflating,
        Ingest,
    }

    private sealed class NoStore : IDeadLetterStore
    {
        public Task PutAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is dead-lettered.");
    }
}
