namespace SpanRelay.Ingest;

/// <summary>Limits the exports that are processed at once by all senders together: their number, and their bytes as received.</summary>
internal sealed class IngestGate(long maxBytes, int maxExports)
{
    private readonly Lock _lock = new();
    private long _bytes;
    private int _exports;

    /// <summary>Admits an export, which must be followed by <see cref="Leave"/>. One that is larger than the limit is admitted alone.</summary>
    public bool TryEnter(int bytes)
    {
        lock (_lock)
        {
            if (_exports > 0 && (_exports >= maxExports || _bytes + bytes > maxBytes))
                return false;
            _bytes += bytes;
            _exports++;
            return true;
        }
    }

    public void Leave(int bytes)
    {
        lock (_lock)
        {
            _bytes -= bytes;
            _exports--;
        }
    }
}
