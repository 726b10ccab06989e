namespace SpanRelay.Local.Host.Worker;

/// <summary>
/// Makes the kernel kill a child when the thread that started it ends, even if its process is killed by SIGKILL.
/// </summary>
internal static class ParentGuard
{
    // The parent may have ended before the kernel was asked. The child then has another parent, and does not start.
    private const string BeginUnlessOrphaned = "test \"$PPID\" = \"$0\" && exec \"$@\"";

    private static readonly string? SetPriv = OperatingSystem.IsLinux()
        ? Array.Find(["/usr/bin/setpriv", "/bin/setpriv"], File.Exists)
        : null;

    /// <summary>False if the system has no such tool. Then only the worker itself notices that its host is gone.</summary>
    public static bool IsSupported => SetPriv is not null;

    /// <param name="parentId">The process that starts the child.</param>
    /// <returns>The prefix of the command; empty if this is not supported.</returns>
    public static IReadOnlyList<string> Prefix(string parentId) =>
        SetPriv is null ? [] : [SetPriv, "--pdeathsig", "KILL", "--", "/bin/sh", "-c", BeginUnlessOrphaned, parentId];
}
