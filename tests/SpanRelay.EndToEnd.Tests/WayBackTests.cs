using System.Diagnostics;
using System.Text.Json;
using SpanRelay.Local;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Commands find the local system by themselves: the running one, or else the last.</summary>
public sealed class WayBackTests
{
    private static readonly string[] List = ["dead-letters", "list"];

    [Fact]
    public async Task TheCommandsThatARunPrintsWorkAsTheyStandAndSoDoThoseAfterIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The commands are pasted into a shell.");
        using var deadline = new Deadline(TimeSpan.FromMinutes(10));
        using var run = new LocalRun();
        await run.WhenPrintedAsync(line => line.StartsWith("Try next", StringComparison.Ordinal), deadline.Token);
        await run.WhenPrintedAsync(line => line.Contains("dead-letters show", StringComparison.Ordinal), deadline.Token);

        var sent = await PasteAsync(run.Commands[0], run, deadline.Token);
        await run.WhenPrintedAsync(line => line.Contains("dead letter text: ", StringComparison.Ordinal), deadline.Token);
        var listed = await PasteAsync(run.Commands[1], run, deadline.Token);
        var shown = await PasteAsync(run.Commands[2], run, deadline.Token);
        var replayed = await RunAsync(run, [], deadline.Token, "dead-letters", "replay", "--cause", "text");
        var byAmqp = await RunAsync(run, [], deadline.Token, "send", "--to", "amqp", "--events", "1");
        var toIngest = await RunAsync(run, [], deadline.Token, "send", "--to", "ingest", "--events", "1");

        Assert.StartsWith("Sending to http://127.0.0.1:", sent.Output, StringComparison.Ordinal);
        Assert.Contains("1 event, 0 spans, 6 bytes in ", sent.Output, StringComparison.Ordinal);
        Assert.Contains(" text ", listed.Output, StringComparison.Ordinal);
        Assert.Contains("The event is text", shown.Output, StringComparison.Ordinal);
        Assert.Contains("rejected again", replayed.Output, StringComparison.Ordinal); // It is still no trace; but the system was found.
        Assert.Contains("Sent     1 event, ", byAmqp.Output, StringComparison.Ordinal);
        Assert.Contains("/v1/traces", toIngest.Output, StringComparison.Ordinal);
        Assert.Contains("Sent     1 event, ", toIngest.Output, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), (sent.ExitCode, listed.ExitCode, shown.ExitCode));
        AssertLogIsShort(run);
        await AssertTheLastIsFoundAsync(run, deadline.Token);
    }

    [Fact]
    public async Task WithoutAnySystemTheMessageSaysWhatToSetOrRun()
    {
        using var deadline = new Deadline();
        using var home = new DataFolder();
        var environment = new Dictionary<string, string> { ["XDG_DATA_HOME"] = home.Path };

        var listed = await CommandLine.RunAsync([], environment, null, deadline.Token, List);
        var sent = await CommandLine.RunAsync([], environment, null, deadline.Token, "send");

        Assert.Equal((1, 1), (listed.ExitCode, sent.ExitCode));
        Assert.StartsWith("There is no storage account to look into: neither DeadLetters__accountName nor AzureWebJobsStorage__accountName is set, and no local system has run yet (spanrelay run).", listed.Output, StringComparison.Ordinal);
        Assert.StartsWith("No local system is running with its data in ", sent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheTokenOfARealEnvironmentIsNotInTheFile()
    {
        using var deadline = new Deadline();
        using var data = new DataFolder();
        const string Token = "dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

        await using (await LocalSystem.StartAsync(new LocalSystemOptions { DynatraceEnvironment = "http://127.0.0.1:9", DynatraceApiToken = Token, StorageFolder = data.Path }, deadline.Token))
        {
            var file = Path.Combine(data.Path, ".spanrelay.json");
            Assert.Equal("http://127.0.0.1:9", SystemFile.Read(data.Path)!.Settings["Dynatrace__Environment"]);
            Assert.DoesNotContain(Token, await File.ReadAllTextAsync(file, deadline.Token), StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
                Assert.Null(SystemFile.Read(data.Path)); // Others could have written it.
            }
        }
    }

    /// <summary>After a run was killed, its data is there, and what the environment or an option names counts more.</summary>
    private static async Task AssertTheLastIsFoundAsync(LocalRun run, CancellationToken cancellationToken)
    {
        await WhenSavedAsync(run, cancellationToken);
        await Processes.SignalAsync("KILL", run.Id, cancellationToken);
        await run.WhenEndedAsync(cancellationToken);
        await using var account = new SharedStorage(); // Shared with no other test, whose dead letters it would list.
        await account.InitializeAsync();
        var other = new Dictionary<string, string> { ["AzureWebJobsStorage"] = account.ConnectionString };

        var last = await RunAsync(run, [], cancellationToken, List);
        var byEnvironment = await RunAsync(run, other, cancellationToken, List);
        var byOption = await RunAsync(run, other, cancellationToken, [.. List, "--data", run.DataFolder]);
        var sent = await RunAsync(run, [], cancellationToken, "send");

        Assert.Contains("No local system is running. Its storage account is started for this command", last.Output, StringComparison.Ordinal);
        Assert.Contains(" text ", last.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" text ", byEnvironment.Output, StringComparison.Ordinal);
        Assert.Contains(" text ", byOption.Output, StringComparison.Ordinal);
        Assert.Contains("No local system is running with its data in ", sent.Output, StringComparison.Ordinal);
    }

    /// <summary>Completes when the dead letter's record is in Azurite's files: it saves its lists of blobs and of their contents every five seconds.</summary>
    private static async Task WhenSavedAsync(LocalRun run, CancellationToken cancellationToken)
    {
        while (!IsSaved(await ReadAsync("__azurite_db_blob__.json"), await ReadAsync("__azurite_db_blob_extent__.json")))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);

        async Task<string> ReadAsync(string file)
        {
            var path = Path.Combine(run.DataFolder, file);
            return File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : "{\"collections\":[]}";
        }

        static bool IsSaved(string blobs, string contents) =>
            JsonElement.Parse(blobs).GetProperty("collections").EnumerateArray().SelectMany(collection => collection.GetProperty("data").EnumerateArray()).Any(item =>
                item.TryGetProperty("containerName", out var container) && container.GetString() == "dead-letters" &&
                item.GetProperty("name").GetString()!.EndsWith(".json", StringComparison.Ordinal) &&
                contents.Contains(item.GetProperty("persistency").GetProperty("id").GetString()!, StringComparison.Ordinal));
    }

    private static void AssertLogIsShort(LocalRun run)
    {
        var log = run.Lines.SkipWhile(line => !line.Contains("dead-letters show", StringComparison.Ordinal)).Skip(1).Where(line => line.Length > 0).ToList();
        Assert.NotEmpty(log);
        Assert.All(log, line => Assert.InRange(line.Length, 1, 150));
        Assert.All(log, line => Assert.DoesNotMatch("[a-zA-Z]=", line));
        Assert.All(log, line => Assert.DoesNotContain('\u001B', line));
    }

    private static Task<(int ExitCode, string Output)> RunAsync(LocalRun run, Dictionary<string, string> environment, CancellationToken cancellationToken, params string[] arguments) =>
        CommandLine.RunAsync([], new Dictionary<string, string>(environment) { ["XDG_DATA_HOME"] = run.Home }, null, cancellationToken, arguments);

    private static async Task<(int ExitCode, string Output)> PasteAsync(string command, LocalRun run, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true };
        start.Environment["XDG_DATA_HOME"] = run.Home;
        using var shell = Process.Start(start)!;
        var output = await shell.StandardOutput.ReadToEndAsync(cancellationToken);
        await shell.WaitForExitAsync(cancellationToken);
        return (shell.ExitCode, output);
    }
}
