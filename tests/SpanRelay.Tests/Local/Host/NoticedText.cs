using Microsoft.Extensions.Logging;

namespace SpanRelay.Tests.Local.Host;

/// <summary>Tells when a text was logged.</summary>
internal sealed class NoticedText(string text) : ILoggerFactory, ILogger
{
    private readonly TaskCompletionSource _noticed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Noticed => _noticed.Task;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (formatter(state, exception).Contains(text, StringComparison.Ordinal))
            _noticed.TrySetResult();
    }

    public void Dispose()
    {
    }
}
