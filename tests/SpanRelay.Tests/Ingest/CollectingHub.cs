using System.IO.Compression;
using SpanRelay.Ingest;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Ingest;

/// <summary>Keeps what is sent, and fails when told to.</summary>
internal sealed class CollectingHub : IHubSender
{
    private readonly Lock _lock = new();
    private readonly List<HubEvent> _events = [];

    /// <summary>While set, nothing is kept, and this is why.</summary>
    public HubFailure? Failure { get; set; }

    /// <summary>Awaited before anything is kept.</summary>
    public Func<CancellationToken, Task>? OnSend { get; set; }

    public IReadOnlyList<HubEvent> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    public async Task<HubFailure?> SendAsync(IReadOnlyList<HubEvent> events, CancellationToken cancellationToken)
    {
        if (OnSend is not null)
            await OnSend(cancellationToken);
        lock (_lock)
        {
            if (Failure is null)
                _events.AddRange(events);
            return Failure;
        }
    }

    public static byte[] Gunzip(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var output = new MemoryStream();
        gzip.CopyTo(output);
        return output.ToArray();
    }

    /// <summary>Each span with the resource and scope that stand around it.</summary>
    public static IEnumerable<(ResourceSpans Around, Span Span)> SpansIn(byte[] export)
    {
        foreach (var resource in ExportTraceServiceRequest.Parser.ParseFrom(export).ResourceSpans)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                var around = resource.Clone();
                around.ScopeSpans.Clear();
                around.ScopeSpans.Add(scope.Clone());
                around.ScopeSpans[0].Spans.Clear();
                foreach (var span in scope.Spans)
                    yield return (around, span);
            }
        }
    }
}
