using System.Globalization;
using System.Text.RegularExpressions;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests.Documents;

/// <summary>Every command of README.md and docs/ is run here or by the test that is named here, or says that it needs Azure.</summary>
public sealed partial class DocumentedCommandsTests
{
    private const string Ci = ".ci/run";
    private const string Receiver = "https://collector.example.com:4318/v1/traces";

    private const string Export = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"tfy-llm-gateway"}}]},"scopeSpans":[{"spans":[{
          "traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13","name":"Model: gpt-4o","kind":3,
          "startTimeUnixNano":"END000000","endTimeUnixNano":"END000000","attributes":[
            {"key":"tfy.span_type","value":{"stringValue":"Model"}},
            {"key":"tfy.model.name","value":{"stringValue":"gpt-4o"}},
            {"key":"tfy.model.fqn","value":{"stringValue":"sample:openai-main:gpt-4o"}},
            {"key":"tfy.model.metric.input_tokens","value":{"intValue":"3"}},
            {"key":"tfy.model.metric.output_tokens","value":{"intValue":"2"}},
            {"key":"tfy.input","value":{"stringValue":"where is my parcel"}}]}]}]}]}
        """;

    /// <summary>Those that a test of their own runs, or one like them.</summary>
    private static readonly Dictionary<string, string> RunElsewhere = new()
    {
        ["dotnet test"] = Ci,
        ["dotnet tool install --global SpanRelay.Cli --add-source ."] = "ToolTests.ThePackedToolIsInstalledAndRuns",
        ["spanrelay run"] = "ToolTests.ThePackedToolIsInstalledAndRuns",
        ["dotnet run -v minimal --project src/SpanRelay.Cli -- run"] = Ci,
        ["dotnet run --project src/SpanRelay.Cli -- send --rate 2000 --seconds 60"] = "SendCommandTests.TheRateIsKept",
        ["dotnet run --project src/SpanRelay.AppHost"] = Ci,
        ["dotnet run --project src/SpanRelay.Cli -- top"] = "TopCommandTests.AtATerminalATableIsDrawnUntilQIsPressedAndNothingIsWiderThanIt",
        ["dotnet run --project src/SpanRelay.Cli -- tap"] = "TapCommandTests.SpansAreShownAsTheyArriveUntilItIsInterrupted",
        ["dotnet run --project src/SpanRelay.Cli -- tap --service tfy-llm-gateway"] = "TapCommandTests.SpansAreShownAsTheyArriveUntilItIsInterrupted",
        ["export SPANRELAY_TO_AUTHORIZATION='Bearer …'"] = "DocumentedCommandsTests.TheyDoWhatIsSaidAgainstARunningSystem",
    };

    private static readonly IReadOnlyList<DocumentedCommand> Commands =
    [
        .. Pages().SelectMany(page => DocumentedCommand.Read(page, File.ReadAllText(Path.Combine(Root, page)))),
    ];

    private static string Root => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(CommandLine.Assembly)!, "../../../../.."));

    [Fact]
    public void EveryCommandIsRunOrNeedsAzure()
    {
        Assert.NotEmpty(Commands);
        Assert.DoesNotContain(Commands, IsUnknown);
    }

    [Theory]
    [InlineData("```sh\n./no-such-program\n```\n", "page.md:2: ./no-such-program")]
    [InlineData("Text.\n\n```sh\naz login\n```\n\n  ```sh\n  spanrelay send <file>\n  ```\n", "page.md:8: spanrelay send <file>")]
    [InlineData("```sh\nNAME=value\n```\n", "page.md:2: NAME=value")]
    [InlineData("It needs Azure.\n\n```sh\nx\n```\n\nThis does not:\n\n```sh\na \\\n  b   # c\n```\n", "page.md:10: a b")]
    public void ACommandThatIsNeitherIsFound(string page, string finding) => Assert.Equal([finding], DocumentedCommand.Read("page.md", page).Where(IsUnknown).Select(each => each.ToString()));

    [Fact]
    public void TheTestsThatRunTheOthersAreThere()
    {
        var documented = Commands.Select(command => command.Text).ToHashSet();

        Assert.All(RunElsewhere, each =>
        {
            Assert.Contains(each.Key, documented);
            Assert.True(each.Value == Ci ? File.ReadAllText(Path.Combine(Root, Ci)).Contains(each.Key, StringComparison.Ordinal) : IsTest(each.Value), each.Value);
        });
    }

    [Fact]
    public async Task TheyDoWhatIsSaidAgainstARunningSystem()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(15));
        using var run = new LocalRun();
        using var folder = new DataFolder();
        await using var receiver = await IngestStandIn.StartAsync([200], new ExportTraceServiceResponse(), deadline.Token);
        await PrepareAsync(folder.Path, deadline.Token);
        await run.WhenUpAsync(deadline.Token);
        var commands = Commands.Where(command => !command.IsInAzure && !RunElsewhere.ContainsKey(command.Text)).DistinctBy(command => command.Text).ToList();

        // Doctor first: it warns of dead letters.
        foreach (var command in commands.OrderBy(command => command.Arguments![0] switch { "doctor" => 0, "dead-letters" => 2, _ => 1 }))
        {
            var id = command.Arguments![0] == "dead-letters" ? await WhenDeadLetteredAsync(run, folder.Path, deadline.Token) : "";
            var (exitCode, output) = await RunAsync(run, folder.Path, deadline.Token, [.. command.Arguments.Select(argument => argument switch { "<id>" => id, Receiver => receiver.Address, _ => argument })]);
            Assert.True(exitCode == 0, $"{command}: exit code {exitCode}\n{output}");
        }

        Assert.NotEmpty(commands);
    }

    private static bool IsUnknown(DocumentedCommand command) => !command.IsInAzure && !RunElsewhere.ContainsKey(command.Text) && command.Arguments is null;

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal)
            .Prepend("README.md").Append("CONTRIBUTING.md").Append(Path.Combine("dynatrace", "README.md"));

    private static bool IsTest(string name) => name.Split('.') is [var type, var method]
        && typeof(DocumentedCommandsTests).Assembly.GetTypes().Any(each => each.Name == type && each.GetMethod(method)?.GetCustomAttributes(inherit: true).OfType<FactAttribute>().Any() == true);

    /// <summary>The files that the commands name.</summary>
    private static async Task PrepareAsync(string folder, CancellationToken cancellationToken)
    {
        var export = Export.Replace("END", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        foreach (var name in new[] { "exports", "traces" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        foreach (var name in new[] { "traces.json", "exports/one.json", "traces/one.json" })
            await File.WriteAllTextAsync(Path.Combine(folder, name), export, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "no-trace.txt"), "hello", cancellationToken);
        File.Copy(Path.Combine(Root, "src/SpanRelay.Functions/redaction.json"), Path.Combine(folder, "redaction.json"));
    }

    /// <summary>Sends what is no trace once.</summary>
    /// <returns>The id of its dead letter.</returns>
    private static async Task<string> WhenDeadLetteredAsync(LocalRun run, string folder, CancellationToken cancellationToken)
    {
        var text = Path.Combine(folder, "no-trace.txt");
        if (File.Exists(text))
        {
            await RunAsync(run, folder, cancellationToken, "send", text);
            File.Delete(text);
        }

        while (true)
        {
            var (_, output) = await RunAsync(run, folder, cancellationToken, "dead-letters", "list", "--output", "json");
            if (Id.Match(output) is { Success: true } id)
                return id.Groups[1].Value;
        }
    }

    /// <summary>Another run has its data elsewhere.</summary>
    private static Task<(int ExitCode, string Output)> RunAsync(LocalRun run, string folder, CancellationToken cancellationToken, params string[] arguments) =>
        CommandLine.RunAsync([], new Dictionary<string, string> { ["XDG_DATA_HOME"] = arguments[0] == "run" ? folder : run.Home, ["SPANRELAY_TO_AUTHORIZATION"] = "Bearer of a receiver" }, start => start.WorkingDirectory = folder, null, cancellationToken, arguments);

    [GeneratedRegex("\"id\": \"([^\"]+)\"")]
    private static partial Regex Id { get; }
}
