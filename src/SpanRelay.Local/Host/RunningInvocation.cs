namespace SpanRelay.Local.Host;

/// <summary>An invocation that has not ended, with what was logged in it so far.</summary>
/// <param name="functionName">Part of the category of its logs.</param>
internal sealed class RunningInvocation(string functionName)
{
    public const int MaxLines = 500;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public string Category { get; } = $"Function.{functionName}.User";

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            if (_lines.Count < MaxLines) _lines.Add(line);
        }
    }
}
