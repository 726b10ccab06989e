using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Hosting;

/// <summary>Passes a handler's lines on, and keeps the last of standard error: what its failure is told with.</summary>
internal sealed partial class HandlerLog(ILogger logger, Action<HandlerOutput>? onOutput)
{
    private const int KeptErrorLines = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _errorLines = new();

    public void Write(HandlerOutput output)
    {
        var masked = SecretMask.Apply(output.Line);
        if (output.IsError) WriteError(masked);
        else LogInformation(logger, masked);
        onOutput?.Invoke(output);
    }

    public void WriteExit(int exitCode) => LogExit(logger, exitCode);

    /// <summary>A failure that ends with the handler's own last words.</summary>
    public LocalSystemException Failure(string what)
    {
        lock (_lock)
        {
            return new LocalSystemException(_errorLines.Count == 0
                ? $"{what} It wrote nothing to standard error."
                : $"{what} Its last lines on standard error:{Environment.NewLine}{string.Join(Environment.NewLine, _errorLines)}");
        }
    }

    private void WriteError(string line)
    {
        LogError(logger, line);
        lock (_lock)
        {
            _errorLines.Enqueue(line);
            if (_errorLines.Count > KeptErrorLines) _errorLines.Dequeue();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private static partial void LogInformation(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Line}")]
    private static partial void LogError(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Error, Message = "The function app ended with exit code {ExitCode}.")]
    private static partial void LogExit(ILogger logger, int exitCode);
}
