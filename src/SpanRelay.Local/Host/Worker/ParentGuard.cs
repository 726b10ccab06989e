namespace SpanRelay.Local.Host.Worker;

/// <summary>
/// Has the kernel kill a child when the thread that started it ends, which it does with its process, by SIGKILL too.
/// </summary>
internal static class ParentGuard
{
    // The parent may be gone before the kernel is asked: then the child has another one, and does not begin.
    private const string BeginUnlessOrphaned = "test \"$PPID\" = \"$0\" && exec \"$@\"";

    private static readonly string? SetPriv = OperatingSystem.IsLinux()
        ? Array.Find(["/usr/bin/setpriv", "/bin/setpriv"], File.Exists)
        : null;

    /// <summary>False where the system has no such tool, and only the worker itself notices that its host is gone.</summary>
    public static bool IsSupported => SetPriv is not null;

    /// <param name="parentId">The process that starts the child.</param>
    /// <returns>What goes before the command; empty where it is not supported.</returns>
    public static IReadOnlyList<string> Prefix(string parentId) =>
        SetPriv is null ? [] : [SetPriv, "--pdeathsig", "KILL", "--", "/bin/sh", "-c", BeginUnlessOrphaned, parentId];
}
