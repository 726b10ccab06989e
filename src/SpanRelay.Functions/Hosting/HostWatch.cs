using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Functions.Hosting;

/// <summary>
/// Stops the process when the Functions host that started it has died: the worker's stream breaks then, and the worker would
/// stay idle for good. Watches the parent process where /proc exists; elsewhere it does nothing.
/// </summary>
internal sealed partial class HostWatch(IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HostWatch> log) : BackgroundService
{
    private const string Status = "/proc/self/stat";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // Read before the worker connects: a host that dies later is noticed, however early that is.
    private readonly int? _host = ParentOf();

    public bool IsHostGone { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_host is not null && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ParentOf() == _host)
                continue;

            IsHostGone = true;
            LogHostGone();
            lifetime.StopApplication();
            return;
        }
    }

    /// <returns>Null where the system does not say.</returns>
    private static int? ParentOf()
    {
        if (!File.Exists(Status))
            return null;

        // pid (name) state parent …; the name may hold spaces and parentheses.
        var text = File.ReadAllText(Status);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return int.Parse(fields[1], CultureInfo.InvariantCulture);
    }

    [LoggerMessage(31, LogLevel.Error, "The Functions host is gone. Stopping; the Event Hub redelivers what was in flight.")]
    private partial void LogHostGone();
}
