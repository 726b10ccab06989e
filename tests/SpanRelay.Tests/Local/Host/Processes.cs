using System.Diagnostics;

namespace SpanRelay.Tests.Local.Host;

/// <summary>What runs on this machine.</summary>
internal static class Processes
{
    public static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Completes when the process is gone.</summary>
    public static async Task WhenGoneAsync(int id, CancellationToken cancellationToken)
    {
        while (IsRunning(id)) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
    }
}
