using System.Diagnostics;
using System.Text.Json;
using SpanRelay.Local.Storage;

namespace SpanRelay.Local;

/// <summary>
/// What the data folder of a local system says about it, so that commands find it: its process, its addresses and the settings of its
/// function app. Only its owner may read the file; it holds credentials of the stand-ins, which are worth nothing to anyone who
/// cannot read the data beside it, and never a token of a real environment.
/// </summary>
public sealed record SystemFile
{
    private const string FileName = ".spanrelay.json";
    private const string LastName = "last-run";
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode OthersMay = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    // The clock that start times are read from is coarse.
    private static readonly TimeSpan SameStart = TimeSpan.FromSeconds(5);

    /// <summary>The process that runs the system.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When that process started: ids are used again.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Where events are sent; null for a storage account alone.</summary>
    public Uri? SendAddress { get; init; }

    /// <summary>Where exporters send traces; null for a storage account alone.</summary>
    public Uri? IngestAddress { get; init; }

    /// <summary>The function key for that address. A credential.</summary>
    public string? IngestKey { get; init; }

    /// <summary>The function app's settings.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Of this user: where the last system's folder is noted, and the default for data.</summary>
    public static string UserFolder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "spanrelay");

    /// <summary>Where a run without another folder keeps its data.</summary>
    public static string DefaultDataFolder => Path.Combine(UserFolder, "storage");

    /// <summary>The data folder of the system that was started last; the default when none is noted or it is gone.</summary>
    public static string LastDataFolder
    {
        get
        {
            try
            {
                var noted = Path.Combine(UserFolder, LastName);
                return File.Exists(noted) && ReadStart(noted).Trim() is { Length: > 0 } folder && IsDataFolder(folder) ? folder : DefaultDataFolder;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return DefaultDataFolder;
            }
        }
    }

    /// <summary>A local system keeps its data there, or has: nothing is started in any other folder.</summary>
    public static bool IsDataFolder(string folder) => FolderClaim.IsKnown(folder);

    /// <summary>It is that process, and it runs.</summary>
    public bool IsRunning
    {
        get
        {
            try
            {
                using var process = Process.GetProcessById(ProcessId);
                return !process.HasExited && !HasEnded(ProcessId) && (process.StartTime.ToUniversalTime() - Started.UtcDateTime).Duration() < SameStart;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
            {
                return false;
            }
        }
    }

    // Linux keeps a process that has ended in its table until its parent asks for the exit code; in a container, that may be never.
    private static bool HasEnded(int processId)
    {
        var status = $"/proc/{processId}/status";
        return File.Exists(status) && File.ReadAllText(status).Contains("State:\tZ", StringComparison.Ordinal);
    }

    /// <returns>Null when there is none, something else is in its place, or others may read or write it.</returns>
    public static SystemFile? Read(string dataFolder)
    {
        try
        {
            var file = Path.Combine(dataFolder, FileName);
            return File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & OthersMay) == 0) ? JsonSerializer.Deserialize<SystemFile>(ReadStart(file)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Writes it for this process.</summary>
    /// <exception cref="IOException">The folder is not writable.</exception>
    internal static void Write(string dataFolder, LocalSystem running, IReadOnlyDictionary<string, string> settings)
    {
        using var self = Process.GetCurrentProcess();
        var system = new SystemFile
        {
            ProcessId = self.Id,
            Started = self.StartTime.ToUniversalTime(),
            SendAddress = running.Door.SendAddress,
            IngestAddress = running.IngestAddress,
            IngestKey = running.Http.FunctionKey,
            Settings = settings,
        };
        WriteForOwner(Path.Combine(dataFolder, FileName), JsonSerializer.Serialize(system));
        Directory.CreateDirectory(UserFolder);
        WriteForOwner(Path.Combine(UserFolder, LastName), Path.GetFullPath(dataFolder));
    }

    private static void WriteForOwner(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var written = $"{file}.{Environment.ProcessId}";
        File.Delete(written);
        using (var writer = new StreamWriter(written, options))
            writer.Write(text);
        File.Move(written, file, overwrite: true); // Whole or not at all.
    }

    private static string ReadStart(string file)
    {
        using var reader = new StreamReader(file);
        var start = new char[MaxBytes];
        return new string(start, 0, reader.ReadBlock(start));
    }
}
