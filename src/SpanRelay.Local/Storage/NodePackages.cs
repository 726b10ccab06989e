using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using SpanRelay.Local.Host.Worker;

namespace SpanRelay.Local.Storage;

/// <summary>Azurite from npm, in the versions of the lock file beside this source file or, where this is published, beside the assembly; installed on first use.</summary>
internal static class NodePackages
{
    private const string Alternative = "Alternatively, set AzureWebJobsStorage to a storage account's connection string; then Azurite is not needed.";

    private const int NotFound = 127; // The shell's.

    /// <summary>Written last: an interrupted npm leaves only some of the packages.</summary>
    private const string Stamp = ".installed";

    private static readonly SemaphoreSlim OneAtATime = new(1);

    private static string Published { get; } = Path.Combine(AppContext.BaseDirectory, "azurite");

    /// <summary>Where the packages are.</summary>
    private static string Folder { get; } = Directory.Exists(Published)
        ? Published
        : typeof(NodePackages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "AzuriteFolder").Value!;

    /// <param name="path">Below node_modules.</param>
    /// <param name="onNotice">Called when they must be installed first, which takes a while.</param>
    /// <exception cref="LocalSystemException">They are not there and cannot be installed.</exception>
    public static Task<string> FindAsync(string path, Action<string>? onNotice, CancellationToken cancellationToken) => FindAsync(Folder, path, onNotice, cancellationToken);

    /// <inheritdoc cref="FindAsync(string, Action{string}?, CancellationToken)"/>
    /// <param name="folder">Where package.json and its lock file are.</param>
    internal static async Task<string> FindAsync(string folder, string path, Action<string>? onNotice, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "node_modules", path);
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (!File.Exists(file) || !File.Exists(Path.Combine(folder, "node_modules", Stamp)))
                await InstallAsync(folder, onNotice, cancellationToken);
            return File.Exists(file) ? file : throw new LocalSystemException($"{file} is missing although npm installed its packages. {Alternative}");
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <exception cref="LocalSystemException">Node.js is not there.</exception>
    public static Process StartNode(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw NodeIsMissing(start.FileName, exception);
        }
    }

    /// <summary>The guard ends a child with the thread that started it, so this one stays until the child has ended.</summary>
    private static Process StartGuarded(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>();
        var watch = new Thread(() =>
        {
            try
            {
                var process = StartNode(start);
                started.SetResult(process);
                process.WaitForExit();
            }
            catch (Exception exception) when (exception is LocalSystemException or InvalidOperationException)
            {
                started.TrySetException(exception); // Or its owner has disposed it, once it had ended.
            }
        })
        { IsBackground = true, Name = "npm watch" };
        watch.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    private static LocalSystemException NodeIsMissing(string file, Exception? exception) => new(
        $"Azurite, the local storage account for dead letters, needs Node.js 20.6 or newer, and {file} is not on the PATH. Install it (https://nodejs.org). {Alternative}", exception);

    private static async Task InstallAsync(string folder, Action<string>? onNotice, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder, "package-lock.json")))
            throw new LocalSystemException($"Azurite, the local storage account for dead letters, is installed from {folder}, which does not exist: run this from a checkout of the repository. {Alternative}");

        onNotice?.Invoke("Installing Azurite, the local storage account, with npm. This happens once and takes about a minute.");
        string[] command = [.. ParentGuard.Prefix(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "ci", "--no-audit", "--no-fund"];
        using var npm = StartGuarded(new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = npm.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await npm.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw;
        }

        await output;
        if (npm.ExitCode == NotFound)
            throw NodeIsMissing("npm", null);
        if (npm.ExitCode != 0)
            throw new LocalSystemException($"npm ci failed in {folder}: {LastLine(await errors)} Is the npm registry reachable, and Node.js 20.6 or newer? {Alternative}");
        await File.WriteAllTextAsync(Path.Combine(folder, "node_modules", Stamp), "", cancellationToken);
    }

    private static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last] ? last : "";
}
