using System.Diagnostics;
using System.Globalization;
using SpanRelay.Tests;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Whatever the command line says and whatever its input is: an exit code that is documented, a line that says what is wrong, and never a stack trace.</summary>
public sealed class BadArgumentsTests(SharedStorage storage)
{
    private const int Seed = 20_261_126;
    private const int Generated = 60;

    private static readonly string[][] Commands =
    [
        ["dead-letters", "list"], ["dead-letters", "show"], ["dead-letters", "export"], ["dead-letters", "replay"], ["dead-letters", "purge"],
        ["sas"], ["token", "rotate"], ["send"], ["connect"], ["run", "--port", "x"], [], ["dead-letters"], ["no-such-command"],
    ];

    private static readonly string[] Options =
    [
        "--since", "--until", "--cause", "--service", "--replayed", "--not-replayed", "--output", "--folder", "--limit", "--older-than", "--yes", "--again", "--to", "--raw",
        "--namespace", "--hub", "--policy", "--days", "--secondary", "--subscription", "--resource-group", "--rate", "--seconds", "--events", "--parallel", "--key", "--signature", "--sender", "--no-wait", "--set", "--port", "--app", "--help", "--version", "--", "-x", "@file", "[debug]",
    ];

    private static readonly string[] Values =
    [
        "", " ", "0", "-1", "99999999999", "1e9", "NaN", "99999999999d", "-5m", "1.5h", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "yesterday",
        "/", "/dev/zero", "/dev/full", "/no/such/file", ".", "..", "~", "a/b", "http://", "http://x:99999999", "https://user:secret@host", "file:///etc/passwd", "json", "text", "=", "a=b=c",
        "20261399-1-1", "20260504-1-1", "../../x", "$(id)", "%s%n", .. HostileTexts.All.Where(text => text.Length < 1_000 && !text.Contains('\0', StringComparison.Ordinal)),
    ];

    [Theory]
    [InlineData("--days takes a whole number from 1 to 1825.", "sas", "--namespace", "a", "--hub", "b", "--days", "99999999999")]
    [InlineData("--days takes a whole number from 1 to 1825.", "sas", "--namespace", "a", "--hub", "b", "--days", "0")]
    [InlineData("--limit takes a whole number from 0 to 100000.", "dead-letters", "list", "--limit", "-1")]
    [InlineData("--port takes a whole number from 0 to 65535.", "run", "--port", "65536")]
    [InlineData("--output takes a value that is not empty.", "dead-letters", "export", "--output", "")]
    [InlineData("--folder takes a value that is not empty.", "dead-letters", "export", "--folder", " ")]
    [InlineData("--data takes a value that is not empty.", "dead-letters", "list", "--data", "")]
    [InlineData("--data names a folder without the data of a local system: /no/such/folder.", "dead-letters", "list", "--data", "/no/such/folder")]
    [InlineData("--data names a folder without the data of a local system: /usr.", "dead-letters", "list", "--data", "/usr")]
    [InlineData("--output /: ", "dead-letters", "export", "--output", "/")]
    [InlineData("--folder /dev/null/x: ", "dead-letters", "export", "--folder", "/dev/null/x")]
    [InlineData("--since takes a time such as ", "dead-letters", "list", "--since", "yesterday")]
    [InlineData("--older-than takes a duration such as ", "dead-letters", "purge", "--older-than", "x")]
    [InlineData("--set takes name=value, not \"a b\".", "run", "--set", "a\nb")]
    [InlineData("--namespace, --hub and --policy take names", "sas", "--namespace", "a", "--hub", "../b")]
    [InlineData("--to takes the address of an OTLP/HTTP receiver", "dead-letters", "replay", "--to", "nowhere")]
    [InlineData("--settings, --environment and --data name one app each: give one of them.", "doctor", "--settings", "a", "--environment", "b")]
    [InlineData("Unrecognized command or argument 'no such'.", "no\u202E such")]
    public async Task AMistakeIsOneLineThatNamesTheOption(string expected, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(arguments);

        Assert.Equal(1, exitCode);
        Assert.Contains(output.Split('\n'), line => line.StartsWith(expected, StringComparison.Ordinal));
        AssertNoTrace(output, arguments);
    }

    [Fact]
    public async Task GeneratedArgumentsNeverEndInAStackTrace()
    {
        var random = new Random(Seed);
        for (var run = 0; run < Generated; run++)
        {
            var arguments = Generate(random);
            var (exitCode, output) = await RunAsync(arguments);

            Assert.True(exitCode is 0 or 1, $"Exit code {exitCode}: {string.Join(' ', arguments)}");
            AssertNoTrace(output, arguments);
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Generated} command lines of seed {Seed}."));
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", "garbage", "AzureWebJobsStorage is no connection string of a storage account")]
    [InlineData("AzureWebJobsStorage", "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=not base64!;BlobEndpoint=x;", "AzureWebJobsStorage is no connection string of a storage account")]
    [InlineData("AzureWebJobsStorage__accountName", "a b/c", "AzureWebJobsStorage__accountName is no name of a storage account")]
    [InlineData("AzureWebJobsStorage__blobServiceUri", "ftp://x", "AzureWebJobsStorage__blobServiceUri is no https address")]
    public async Task AMalformedSettingIsNamed(string name, string value, string expected)
    {
        var (exitCode, output) = await RunAsync(["dead-letters", "list"], new Dictionary<string, string> { ["AzureWebJobsStorage"] = "", [name] = value });

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        AssertNoTrace(output, []);
    }

    [Theory]
    [InlineData("sas --namespace a --hub b < /dev/zero", "The key is too long, or is not text.")]
    [InlineData("yes | $SPANRELAY sas --namespace a --hub b", "Endpoint   https://a.servicebus.windows.net/b/messages")] // The first line is the key.
    [InlineData("send /dev/zero", "No local system is running")]
    [InlineData("send / ", "No local system is running")]
    [InlineData("dead-letters list | head -c 1", "")] // A reader that has gone: nothing is said about it.
    [InlineData("sas --help | head -c 1", "D")]
    [InlineData("sas --help > /dev/full", "")]
    [InlineData("sas --help >&-", "")]
    [InlineData("sas --namespace a --hub b < /dev/null", "The key is missing.")]
    public async Task AnEndlessInputOrAClosedOutputEndsQuietly(string command, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs a shell and /dev.");
        using var deadline = new Deadline();
        using var data = new DataFolder();
        var spanrelay = $"dotnet '{CommandLine.Assembly}'";
        var line = command.Contains("$SPANRELAY", StringComparison.Ordinal) ? command.Replace("$SPANRELAY", spanrelay, StringComparison.Ordinal) : $"{spanrelay} {command}";
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment(data))
            start.Environment[name] = value;
        using var shell = Process.Start(start)!;

        var output = string.Concat(await Task.WhenAll(shell.StandardOutput.ReadToEndAsync(deadline.Token), shell.StandardError.ReadToEndAsync(deadline.Token)));
        await shell.WaitForExitAsync(deadline.Token);

        Assert.Contains(expected, output, StringComparison.Ordinal);
        AssertNoTrace(output, [command]);
    }

    private static string[] Generate(Random random)
    {
        var arguments = new List<string>(Commands[random.Next(Commands.Length)]);
        for (var left = random.Next(5); left > 0; left--)
        {
            if (random.Next(4) > 0)
                arguments.Add(Options[random.Next(Options.Length)]);
            if (random.Next(4) > 0)
                arguments.Add(Values[random.Next(Values.Length)]);
        }

        return [.. arguments];
    }

    private static void AssertNoTrace(string output, string[] arguments)
    {
        var said = $"{string.Join(' ', arguments)}\n{output}";
        Assert.False(output.Contains("   at ", StringComparison.Ordinal) || output.Contains("Unhandled exception", StringComparison.OrdinalIgnoreCase), said);
        Assert.False(output.Contains("failed unexpectedly", StringComparison.Ordinal), said);
        Assert.All(output.Split('\n'), line => Assert.True(OneLine.Is(line.TrimEnd('\r'), 10_000), said));
    }

    private Dictionary<string, string> Environment(DataFolder data) => new()
    {
        ["XDG_DATA_HOME"] = data.Path,
        ["AzureWebJobsStorage"] = storage.ConnectionString,
        ["SPANRELAY_SAS_KEY"] = "",
    };

    private async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, IReadOnlyDictionary<string, string>? settings = null)
    {
        using var deadline = new Deadline();
        using var data = new DataFolder();
        var environment = Environment(data);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            environment[name] = value;
        return await CommandLine.RunAsync([], environment, start => start.WorkingDirectory = data.Path, null, deadline.Token, arguments);
    }
}
