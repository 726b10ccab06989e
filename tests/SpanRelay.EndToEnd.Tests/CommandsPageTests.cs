using System.Reflection;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>docs/commands.md says which exit codes each command has, and they are these.</summary>
public sealed class CommandsPageTests
{
    private static readonly Dictionary<string, string[]> Rows = File.ReadLines(Page)
        .SkipWhile(line => !line.StartsWith("| command ", StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
        .ToDictionary(cells => cells[0].Trim('`'), cells => cells[1..]);

    private static string Page => Path.Combine(typeof(CommandsPageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Documents").Value!, "commands.md");

    [Fact]
    public async Task EachCommandHasARow()
    {
        using var deadline = new Deadline();
        var commands = new List<string>();
        foreach (var command in await CommandsInHelpAsync("", deadline.Token))
        {
            var below = await CommandsInHelpAsync(command, deadline.Token);
            commands.AddRange(below.Count == 0 ? [command] : below.Select(each => $"{command} {each}"));
        }

        Assert.Equal(commands.Order(StringComparer.Ordinal), Rows.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AWrongArgumentIsOneForEachCommand()
    {
        using var deadline = new Deadline();
        foreach (var command in Rows.Keys)
        {
            var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, [.. command.Split(' '), "--no-such-option"]);

            Assert.True(exitCode == 1, $"{command}: {exitCode}");
            Assert.Contains("--help\" for what it takes.", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("run", 1, "--dynatrace", ":")]
    [InlineData("doctor", 2, "--settings", "/no/such/file")]
    [InlineData("top", 1, "--once", "--settings", "/dev/null")]
    [InlineData("tap", 1, "--settings", "/dev/null")]
    [InlineData("redact", 0)]
    [InlineData("redact", 1, "/no/such/file")]
    [InlineData("ai-check", 2, "/no/such/file")]
    [InlineData("dead-letters list", 1, "--data", "/no/such/folder")]
    [InlineData("dead-letters show", 1, "--data", "/no/such/folder")]
    [InlineData("dead-letters replay", 1, "--data", "/no/such/folder")]
    [InlineData("dead-letters export", 1, "--data", "/no/such/folder", "--output", "/dev/null")]
    [InlineData("dead-letters purge", 1, "--data", "/no/such/folder", "--yes")]
    [InlineData("token rotate", 1, "--data", "/no/such/folder")]
    [InlineData("sas", 1, "--namespace", "evhns-a", "--hub", "b")]
    [InlineData("send", 1, "--to", "http://127.0.0.1:9/v1/traces", "--events", "1")]
    [InlineData("completion", 0, "bash")]
    [InlineData("completion", 0, "zsh")]
    [InlineData("completion", 0, "fish")]
    [InlineData("completion", 0, "pwsh")]
    public async Task TheExitCodeIsOneThatThePageExplains(string command, int expected, params string[] arguments)
    {
        using var deadline = new Deadline();
        using var home = new DataFolder();
        var input = command == "redact" ? """{"resourceSpans":[]}"""u8.ToArray() : [];

        var (exitCode, output) = await CommandLine.RunAsync(input, new Dictionary<string, string> { ["XDG_DATA_HOME"] = home.Path }, null, deadline.Token, [.. command.Split(' '), .. arguments]);

        Assert.True(expected == exitCode, $"{exitCode}: {output}");
        Assert.NotEqual("", Rows[command][exitCode]);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static async Task<List<string>> CommandsInHelpAsync(string command, CancellationToken cancellationToken)
    {
        var (_, output) = await CommandLine.RunAsync([], cancellationToken, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        return [.. output.ReplaceLineEndings("\n").Split('\n').SkipWhile(line => line != "Commands:").Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Where(line => line[2] != ' ')
            .Select(line => line.Trim().Split(' ')[0])];
    }
}
