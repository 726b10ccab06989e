using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Host;

/// <summary>A line that the worker logged or wrote to its console, unmasked.</summary>
/// <param name="Line">One line.</param>
/// <param name="Level">Standard error counts as <see cref="LogLevel.Error"/>, standard output as <see cref="LogLevel.Information"/>.</param>
/// <param name="Category">As the host's log levels name it.</param>
/// <param name="EventName">The name of the log event, which travels beside the line; empty for what was written to the console.</param>
public readonly record struct WorkerOutput(string Line, LogLevel Level = LogLevel.Information, string Category = WorkerOutput.Console, string EventName = "")
{
    /// <summary>The category of what the process wrote to its console.</summary>
    public const string Console = "Host.Function.Console";

    /// <summary>Logged as an error, or written to standard error.</summary>
    public bool IsError => Level >= LogLevel.Error;
}
