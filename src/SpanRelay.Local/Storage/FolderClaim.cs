using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SpanRelay.Local.Storage;

/// <summary>
/// Exclusive use of a folder. Azurite does not notice a second instance on the same data: both start and overwrite each
/// other's files. The claim ends with the process; it notes Azurite's, which may outlive a killed one for a moment.
/// </summary>
internal sealed class FolderClaim : IDisposable
{
    private const string FileName = ".in-use";
    private const int LongestId = 20;

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _folder;
    private readonly FileStream _file;

    private FolderClaim(string folder, FileStream file) => (_folder, _file) = (folder, file);

    /// <summary>It is claimed, or was.</summary>
    public static bool IsKnown(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <param name="folder">Created if it does not exist.</param>
    /// <exception cref="FolderInUseException">Another process has it.</exception>
    /// <exception cref="LocalSystemException">The folder is not writable.</exception>
    public static FolderClaim Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FolderClaim(folder, new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var message = $"Azurite cannot use the folder {folder}: {exception.Message} If another run uses it, choose a different one with --data.";
            throw exception.GetType() == typeof(IOException) && File.Exists(Path.Combine(folder, FileName))
                ? new FolderInUseException(message, exception)
                : new LocalSystemException(message, exception);
        }
    }

    /// <summary>Notes the process that writes to the folder.</summary>
    public void Note(int processId)
    {
        _file.SetLength(0);
        _file.Write(Encoding.ASCII.GetBytes(processId.ToString(CultureInfo.InvariantCulture)));
        _file.Flush();
    }

    /// <summary>Waits until the process that an earlier, killed owner noted has written its data and ended.</summary>
    public async Task WhenEarlierProcessEndedAsync(CancellationToken cancellationToken)
    {
        var start = new byte[LongestId];
        _file.Position = 0;
        var length = _file.ReadAtLeast(start, LongestId, throwOnEndOfStream: false);
        if (!int.TryParse(Encoding.ASCII.GetString(start, 0, length), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return;

        for (var began = TimeProvider.System.GetTimestamp(); IsOnFolder(id); await Task.Delay(Pause, TimeProvider.System, cancellationToken))
        {
            if (TimeProvider.System.GetElapsedTime(began) > EndTimeout)
                Kill(id);
        }
    }

    public void Dispose() => _file.Dispose();

    // Ids are used again: only a process with the folder on its command line is the one.
    private bool IsOnFolder(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Contains(_folder, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has just ended.
        }
    }
}

/// <summary>Another process uses the folder.</summary>
public sealed class FolderInUseException(string message, Exception inner) : LocalSystemException(message, inner);
