namespace SpanRelay.Local.Host.Worker;

/// <summary>
/// Has the kernel kill a child when the thread that started it ends, which it does with its process, by SIGKILL too.
/// </summary>
internal static class ParentGuard
{
    private static readonly string? SetPriv = OperatingSystem.IsLinux()
        ? Array.Find(["/usr/bin/setpriv", "/bin/setpriv"], File.Exists)
        : null;

    /// <summary>Goes before the command; empty where the system has no such tool, and only the worker itself notices that its host is gone.</summary>
    public static IReadOnlyList<string> Prefix { get; } = SetPriv is null ? [] : [SetPriv, "--pdeathsig", "KILL", "--"];
}
