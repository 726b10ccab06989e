using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SpanRelay.Functions.Hosting;

/// <summary>
/// Runs the worker and turns the way it ended into an exit code. The host restarts a worker that exits with a code other than
/// zero. After a zero it does not, and invocations hang; so only a stop that the host asked for ends with zero.
/// </summary>
internal static class WorkerRun
{
    // As a shell reports a process that SIGTERM has ended.
    private const int Terminated = 128 + 15;

    public static async Task<int> RunAsync(IHost app)
    {
        var isTerminated = false;
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => isTerminated = true);
        // Resolved before the run: the services are disposed at its end.
        var services = app.Services.GetServices<IHostedService>().ToList();
        await app.RunAsync();
        var isHostGone = services.OfType<HostWatch>().Any(watch => watch.IsHostGone);
        var hasFailed = services.OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true });
        return isTerminated ? Terminated : isHostGone || hasFailed ? 1 : 0;
    }
}
