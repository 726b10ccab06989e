using System.Globalization;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>A control group of the kernel in which a worker gets so much memory and no more.</summary>
internal sealed class MemoryLimit : IAsyncDisposable
{
    private const string Version1 = "/sys/fs/cgroup/memory";
    private const string Version2 = "/sys/fs/cgroup";

    private readonly DirectoryInfo _commands = Directory.CreateTempSubdirectory("spanrelay-test-");
    private readonly string _group;
    private readonly bool _isVersion1;

    private MemoryLimit(string group, bool isVersion1) => (_group, _isVersion1) = (group, isVersion1);

    /// <summary>The most memory that was used so far.</summary>
    public long Peak => Read(_isVersion1 ? "memory.max_usage_in_bytes" : "memory.peak");

    /// <summary>Of the worker's environment: the way to <c>dotnet</c> leads into the group.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["PATH"] = $"{_commands.FullName}:{System.Environment.GetEnvironmentVariable("PATH")}",
        ["DOTNET_PROCESSOR_COUNT"] = "1", // As the smallest instance has.
    };

    /// <returns>Null where this system does not let it be limited.</returns>
    public static MemoryLimit? TryCreate(long bytes, out string reason)
    {
        var isVersion1 = Directory.Exists(Version1);
        var group = Path.Combine(isVersion1 ? Version1 : Version2, $"spanrelay-test-{Guid.NewGuid():n}");
        reason = "";
        try
        {
            Directory.CreateDirectory(group);
            var limit = new MemoryLimit(group, isVersion1);
            File.WriteAllText(Path.Combine(group, isVersion1 ? "memory.limit_in_bytes" : "memory.max"), bytes.ToString(CultureInfo.InvariantCulture));
            limit.WriteCommand();
            return limit;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = $"This system does not let memory be limited: {e.Message}";
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _commands.Delete(recursive: true);
        using var deadline = new Deadline();
        while (Directory.Exists(_group))
        {
            try
            {
                Directory.Delete(_group);
            }
            catch (IOException) // The worker is still ending.
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, deadline.Token);
            }
        }
    }

    private void WriteCommand()
    {
        var path = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);
        var command = Path.Combine(_commands.FullName, "dotnet");
        File.WriteAllText(command, $"#!/bin/sh\necho $$ > '{_group}/cgroup.procs' || exit 1\nexec '{path}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private long Read(string file) => long.Parse(File.ReadAllText(Path.Combine(_group, file)), CultureInfo.InvariantCulture);
}
