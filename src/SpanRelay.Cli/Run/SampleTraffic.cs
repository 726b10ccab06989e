using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using SpanRelay.Local.EventHub;

namespace SpanRelay.Cli.Run;

/// <summary>Sends sample traces to the Event Hub's HTTPS endpoint, batched as the gateway batches them, and remembers them.</summary>
internal sealed class SampleTraffic(EventHubServer door, TimeProvider time)
{
    private readonly List<SampleTrace> _sent = [];
    private volatile SampleTrace? _example;
    private int _batches;

    /// <summary>Not safe to read while sending.</summary>
    public IReadOnlyList<SampleTrace> Sent => _sent;

    /// <summary>The trace with the most spans of the first batch; null until that batch is sent. Safe to read while sending.</summary>
    public SampleTrace? Example => _example;

    public int SpansSent => _sent.Sum(trace => trace.Spans.Count);

    /// <exception cref="HttpRequestException">The Event Hub refused an event.</exception>
    public async Task SendAsync(TimeSpan duration, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        http.DefaultRequestHeaders.Add("Authorization", door.CreateSharedAccessSignature(TimeSpan.FromHours(1)));
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < duration)
        {
            await SendBatchAsync(http, cancellationToken);
            await Task.Delay(interval, time, cancellationToken);
        }
    }

    private async Task SendBatchAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var traces = SampleTrace.CreateBatch(_batches++, time.GetUtcNow());
        using var content = new ByteArrayContent(SampleTrace.Export(traces).ToByteArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var response = await http.PostAsync(door.SendAddress, content, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Created)
            throw new HttpRequestException($"The local Event Hub refused a sample event with status {(int)response.StatusCode}.");
        _sent.AddRange(traces);
        _example ??= traces.MaxBy(trace => trace.Spans.Count);
    }
}
