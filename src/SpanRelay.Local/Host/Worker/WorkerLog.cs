using Microsoft.Extensions.Logging;
using SpanRelay.Local.Host.Configuration;

namespace SpanRelay.Local.Host.Worker;

/// <summary>
/// Passes what a worker writes to the log (filtered by host.json's levels, secrets masked) and to the callback (unchanged).
/// Keeps the last errors, which explain a failed start.
/// </summary>
internal sealed partial class WorkerLog(LogLevels levels, ILoggerFactory? loggerFactory, Action<WorkerOutput>? onOutput)
{
    private const int KeptErrorLines = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _errorLines = new();

    public void Write(WorkerOutput output)
    {
        var masked = SecretMask.Apply(output.Line);
        if (output.IsError) Keep(masked);
        if (!levels.IsEnabled(output.Category, output.Level)) return;
        if (loggerFactory?.CreateLogger(output.Category) is { } logger) LogLine(logger, output.Level, masked);
        onOutput?.Invoke(output);
    }

    /// <summary>A failure that ends with the worker's last errors.</summary>
    public LocalSystemException Failure(string what)
    {
        lock (_lock)
        {
            return new LocalSystemException(_errorLines.Count == 0
                ? $"{what} It logged no error and wrote nothing to standard error."
                : $"{what} Its last errors:{Environment.NewLine}{string.Join(Environment.NewLine, _errorLines)}");
        }
    }

    private void Keep(string line)
    {
        lock (_lock)
        {
            _errorLines.Enqueue(line);
            if (_errorLines.Count > KeptErrorLines) _errorLines.Dequeue();
        }
    }

    [LoggerMessage(Message = "{Line}")]
    private static partial void LogLine(ILogger logger, LogLevel level, string line);
}
