using System.IO.Compression;
using SpanRelay.Buffers;
using SpanRelay.Pipeline;

namespace SpanRelay.Ingest;

/// <summary>Cuts exports into gzipped events of at most a given size, at span boundaries.</summary>
/// <param name="maxBytes">The most that may be written before compression, all pieces together: each repeats its resource and scope.</param>
internal sealed class EventCutter(int maxEventBytes, long maxBytes) : IDisposable
{
    // Telemetry compresses to less than a quarter. What does not is cut again.
    private const int UsualCompression = 4;

    private readonly PooledBuffer _compressed = new();
    private readonly List<HubEvent> _events = [];
    private readonly List<byte[]> _tooLarge = [];
    private int _pieceBytes = UsualCompression * maxEventBytes;
    private long _bytesLeft = maxBytes;

    public IReadOnlyList<HubEvent> Events => _events;

    /// <summary>Exports of a single span that no event holds, not compressed.</summary>
    public IReadOnlyList<byte[]> TooLarge => _tooLarge;

    /// <returns>False when resource and scope, repeated in each piece, exceed the limit.</returns>
    public bool TryCut(ReadOnlySpan<byte> export, string partitionKey) => TryCut(export, partitionKey, _pieceBytes);

    public void Dispose() => _compressed.Dispose();

    private bool TryCut(ReadOnlySpan<byte> export, string partitionKey, int pieceBytes)
    {
        using var piece = new PooledBuffer(Math.Min(export.Length, pieceBytes));
        var splitter = new ExportSplitter(export, pieceBytes);
        while (splitter.TryTakePiece(piece, out var spans))
        {
            _bytesLeft -= piece.Length;
            if (_bytesLeft < 0)
                return false;
            if (TryAdd(piece.WrittenSpan, partitionKey))
                continue;

            if (spans == 1)
                _tooLarge.Add(piece.WrittenSpan.ToArray());
            else if (!TryCut(piece.WrittenSpan, partitionKey, _pieceBytes = pieceBytes / 2))
                return false;
        }

        return true;
    }

    private bool TryAdd(ReadOnlySpan<byte> piece, string partitionKey)
    {
        _compressed.Truncate(0);
        using (var gzip = new GZipStream(new PooledBufferStream(_compressed), CompressionLevel.Fastest))
            gzip.Write(piece);
        if (_compressed.Length > maxEventBytes)
            return false;

        _events.Add(new HubEvent(partitionKey, _compressed.WrittenSpan.ToArray()));
        return true;
    }
}
