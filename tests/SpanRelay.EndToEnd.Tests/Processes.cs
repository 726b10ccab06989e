using System.Diagnostics;
using System.Globalization;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Processes of this machine, by id.</summary>
internal static class Processes
{
    public static async Task SignalAsync(string signal, int process, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    public static async Task WhenEndedAsync(int process, CancellationToken cancellationToken)
    {
        while (IsRunning(process))
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, cancellationToken);
    }

    /// <summary>The processes with that argument on their command line.</summary>
    public static IEnumerable<int> WithArgument(string argument)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && ArgumentsOf(id).Contains(argument))
                yield return id;
        }
    }

    /// <returns>Empty for a process that has ended.</returns>
    public static string[] ArgumentsOf(int process) => Read($"/proc/{process}/cmdline").Split('\0');

    /// <summary>The most memory that it had resident so far.</summary>
    public static long PeakMegabytes(int process)
    {
        const string Peak = "VmHWM:";
        var line = Read($"/proc/{process}/status").Split('\n').First(each => each.StartsWith(Peak, StringComparison.Ordinal));
        return long.Parse(line[Peak.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }

    // One that has ended may stay in the table until its new parent asks for its exit code.
    private static bool IsRunning(int process)
    {
        var status = Read($"/proc/{process}/status");
        return status.Length > 0 && !status.Contains("State:\tZ", StringComparison.Ordinal);
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // The process has ended, perhaps while the file was read.
        }
    }
}
