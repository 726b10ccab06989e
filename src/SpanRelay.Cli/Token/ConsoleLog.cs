using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace SpanRelay.Cli.Token;

/// <summary>Writes log messages to the console, one per line.</summary>
internal sealed class ConsoleLog<T>(IAnsiConsole console) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            console.WriteLine(OneLine.From(formatter(state, exception), 2_000), new Style(logLevel >= LogLevel.Warning ? Color.Yellow : Color.Default));
    }
}
