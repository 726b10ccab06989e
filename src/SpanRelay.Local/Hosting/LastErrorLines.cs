namespace SpanRelay.Local.Hosting;

/// <summary>The last lines a handler wrote to standard error: what its failure is told with.</summary>
internal sealed class LastErrorLines
{
    private const int Kept = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Kept) _lines.Dequeue();
        }
    }

    public string AppendTo(string what)
    {
        lock (_lock)
        {
            return _lines.Count == 0
                ? $"{what} It wrote nothing to standard error."
                : $"{what} Its last lines on standard error:{Environment.NewLine}{string.Join(Environment.NewLine, _lines)}";
        }
    }
}
