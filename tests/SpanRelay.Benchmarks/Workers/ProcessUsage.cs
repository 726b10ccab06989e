using System.Globalization;

namespace SpanRelay.Benchmarks.Workers;

/// <summary>CPU time and memory of another process, as Linux counts them.</summary>
internal static class ProcessUsage
{
    // USER_HZ: the same on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static double CpuSeconds(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Resident memory now, in MB.</summary>
    public static double ResidentMegabytes(int process) => Megabytes(process, "VmRSS:");

    /// <summary>The most resident memory so far, in MB.</summary>
    public static double PeakMegabytes(int process) => Megabytes(process, "VmHWM:");

    private static double Megabytes(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(each => each.StartsWith(name, StringComparison.Ordinal));
        return Number(line[name.Length..].Replace("kB", "", StringComparison.Ordinal)) / 1024;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
