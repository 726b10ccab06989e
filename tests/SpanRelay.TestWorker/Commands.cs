using System.Diagnostics;
using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace SpanRelay.TestWorker;

/// <summary>What a function is told to do: a verb and, for some, a word.</summary>
internal static partial class Commands
{
    public static async Task RunAsync(string command, FunctionContext context)
    {
        var parts = command.Split(' ', 2);
        switch (parts[0])
        {
            case "log": Log(context, parts[1]); break;
            case "pid": Log(context, $"{Environment.ProcessId}"); break;
            case "throw": throw new InvalidOperationException("thrown\nas told");
            case "exit": Environment.Exit(int.Parse(parts[1], CultureInfo.InvariantCulture)); break;
            case "crash": Process.GetCurrentProcess().Kill(); break;
            case "hang": Log(context, "hanging"); await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System); break;
            case "wait": Log(context, "waiting"); await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken); break;
            case "until": await UntilAsync(parts[1], context); break;
            case "once": await OnceAsync(parts[1], context); break;
            case "retry": Retry(int.Parse(parts[1], CultureInfo.InvariantCulture), context); break;
            case "console": await Console.Error.WriteLineAsync(parts[1]); break;
            case "warn": LogWarning(context.GetLogger("Commands"), parts[1]); break;
            case "metadata": Log(context, $"{parts[1]}={context.BindingContext.BindingData.GetValueOrDefault(parts[1])}"); break;
            default: throw new ArgumentException($"Unknown: {command}");
        }
    }

    /// <summary>Succeeds at the nth retry.</summary>
    private static void Retry(int retries, FunctionContext context)
    {
        var count = context.RetryContext?.RetryCount ?? 0;
        Log(context, $"{count} of {context.RetryContext?.MaxRetryCount}, {context.InvocationId}");
        if (count < retries) throw new InvalidOperationException($"attempt {count}");
    }

    /// <summary>Ends when the file is there, whatever is cancelled.</summary>
    private static async Task UntilAsync(string file, FunctionContext context)
    {
        Log(context, "waiting");
        while (!File.Exists(file)) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }

    /// <summary>"once file command": runs the command unless the file is there, and makes it.</summary>
    private static async Task OnceAsync(string rest, FunctionContext context)
    {
        var parts = rest.Split(' ', 2);
        if (File.Exists(parts[0]))
        {
            await RunAsync("pid", context);
            return;
        }

        await File.WriteAllTextAsync(parts[0], "");
        await RunAsync(parts[1], context);
    }

    private static void Log(FunctionContext context, string text) => LogText(context.GetLogger("Commands"), text);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    private static partial void LogText(ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text}")]
    private static partial void LogWarning(ILogger logger, string text);
}
