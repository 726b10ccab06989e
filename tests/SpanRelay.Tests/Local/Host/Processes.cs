using System.Diagnostics;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Local.Host;

/// <summary>What runs on this machine.</summary>
internal static class Processes
{
    public static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited && !IsZombie(id);
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return false;
        }
    }

    /// <summary>It has ended, and its parent has not asked how.</summary>
    private static bool IsZombie(int id)
    {
        var status = $"/proc/{id}/status";
        return File.Exists(status) && File.ReadLines(status).Any(line => line.StartsWith("State:\tZ", StringComparison.Ordinal));
    }

    /// <summary>Completes when the process is gone.</summary>
    public static async Task WhenGoneAsync(int id, CancellationToken cancellationToken)
    {
        while (IsRunning(id)) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
    }
}
