using Microsoft.Extensions.Logging;

namespace SpanRelay.Tests;

/// <summary>Keeps what is logged, as "Level: message".</summary>
internal sealed class CollectingLogger<T> : ILogger<T>
{
    private readonly Lock _lock = new();

    public List<string> Lines { get; } = [];

    /// <summary>The names of the events, one for each line.</summary>
    public List<string> Events { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
            Events.Add(eventId.Name ?? "");
        }
    }
}
