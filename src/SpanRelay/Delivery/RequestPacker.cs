namespace SpanRelay.Delivery;

/// <summary>
/// Fills requests with redacted exports up to a size. Encoded exports concatenate to one export, so packing copies bytes and
/// decodes nothing. An export that alone is larger than a request is split between its spans; a single span that is still
/// larger gets a request of its own. Owns the requests it made.
/// </summary>
public sealed class RequestPacker(int maxRequestBytes) : IDisposable
{
    private readonly List<PackedRequest> _requests = [];

    public IReadOnlyList<PackedRequest> Requests => _requests;

    public void Add(int eventIndex, ReadOnlySpan<byte> export, int spans)
    {
        if (export.Length <= maxRequestBytes)
        {
            Place(eventIndex, export, spans);
            return;
        }

        using var piece = new PooledBuffer(maxRequestBytes);
        var splitter = new ExportSplitter(export, maxRequestBytes);
        while (splitter.TryTakePiece(piece, out var spansOfPiece))
            Place(eventIndex, piece.WrittenSpan, spansOfPiece);
    }

    public void Dispose()
    {
        foreach (var request in _requests)
            request.Dispose();
    }

    private void Place(int eventIndex, ReadOnlySpan<byte> export, int spans)
    {
        if (_requests is not [.., var request] || request.Length + export.Length > maxRequestBytes)
            _requests.Add(request = new PackedRequest());
        request.Add(eventIndex, export, spans);
    }
}
