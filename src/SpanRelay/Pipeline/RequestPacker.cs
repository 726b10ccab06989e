using SpanRelay.Buffers;

namespace SpanRelay.Pipeline;

/// <summary>
/// Fills requests with redacted exports up to a size. Encoded exports concatenate to one export, so packing copies bytes and
/// decodes nothing. An export that alone is larger than a request is split at span boundaries; a single span that is still
/// larger gets a request of its own. A request that has waited for events that take long counts as full. Owns the requests
/// until they are taken.
/// </summary>
/// <param name="expectedBytes">An estimate of the size of all exports together; buffers are rented no larger than that.</param>
internal sealed class RequestPacker(int maxRequestBytes, SpanLifetime lifetime, TimeProvider time, long expectedBytes = 0) : IDisposable
{
    private static readonly TimeSpan LongestOpen = TimeSpan.FromSeconds(5);

    private readonly Queue<PackedRequest> _full = [];
    private PackedRequest? _open;
    private long _expectedBytes = expectedBytes;

    /// <summary>Adds the spans of an event that are to be sent.</summary>
    public void Add(in SortedEvent sorted)
    {
        if (sorted is { Redacted.IsReadable: true, SpansToSend: > 0 })
            Add(sorted.Event, sorted.ToSend.Span, sorted.SpansToSend, lifetime.LatestFor(sorted));
    }

    /// <param name="latest">Until when Dynatrace accepts the spans.</param>
    public void Add(EventInBatch owner, ReadOnlySpan<byte> export, int spans, DateTimeOffset latest)
    {
        if (export.Length <= maxRequestBytes)
        {
            Place(owner, export, 0, spans, latest);
            return;
        }

        using var piece = new PooledBuffer(maxRequestBytes);
        var splitter = new ExportSplitter(export, maxRequestBytes);
        for (var first = 0; splitter.TryTakePiece(piece, out var spansOfPiece); first += spansOfPiece)
            Place(owner, piece.WrittenSpan, first, spansOfPiece, latest);
    }

    /// <summary>A full request, which the caller owns from now on.</summary>
    public bool TryTakeFull(out PackedRequest? request)
    {
        if (_open is not null && time.GetUtcNow() - _open.OpenedAt > LongestOpen)
            Close();
        return _full.TryDequeue(out request);
    }

    /// <summary>The request that is not full yet; null when there is none.</summary>
    public PackedRequest? TakeLast()
    {
        var last = _open;
        _open = null;
        return last;
    }

    public void Dispose()
    {
        _open?.Dispose();
        while (_full.TryDequeue(out var request))
            request.Dispose();
    }

    private void Place(EventInBatch owner, ReadOnlySpan<byte> export, int firstSpan, int spans, DateTimeOffset latest)
    {
        if (_open is not null && _open.Length + export.Length > maxRequestBytes)
            Close();
        _open ??= new PackedRequest((int)Math.Clamp(_expectedBytes, export.Length, Math.Max(maxRequestBytes, export.Length)), time.GetUtcNow());
        _open.Add(owner, export, firstSpan, spans, latest);
        _expectedBytes -= export.Length;
    }

    private void Close()
    {
        _full.Enqueue(_open!);
        _open = null;
    }
}
