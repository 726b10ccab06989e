namespace SpanRelay.EndToEnd.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("run")]
    [InlineData("doctor")]
    [InlineData("top")]
    [InlineData("tap")]
    [InlineData("completion")]
    [InlineData("redact")]
    [InlineData("ai-check")]
    [InlineData("dead-letters")]
    [InlineData("dead-letters list")]
    [InlineData("dead-letters show")]
    [InlineData("dead-letters replay")]
    [InlineData("dead-letters export")]
    [InlineData("dead-letters purge")]
    [InlineData("token")]
    [InlineData("token rotate")]
    [InlineData("sas")]
    [InlineData("connect")]
    [InlineData("send")]
    public async Task ACommandIsShownByTheNameThatUsersTypeAndWithExamplesOfIt(string command)
    {
        using var deadline = new Deadline();
        string[] path = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var (exitCode, output) = await CommandLine.RunAsync([], deadline.Token, [.. path, "--help"]);

        Assert.Equal(0, exitCode);
        Assert.Contains($"Usage:\n  {string.Join(' ', ["spanrelay", .. path])} ", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        var examples = output.ReplaceLineEndings("\n").Split("\nExamples:\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.All(examples, example => Assert.StartsWith(string.Join(' ', ["spanrelay", .. path]), example, StringComparison.Ordinal));
        if (!output.Contains("Commands:", StringComparison.Ordinal))
            Assert.All(OptionsIn(examples), option => Assert.Contains($"\n  {option} ", output, StringComparison.Ordinal));
    }

    private static IEnumerable<string> OptionsIn(IEnumerable<string> examples) =>
        examples.SelectMany(example => example.Split(' ')).Where(word => word.StartsWith("--", StringComparison.Ordinal));
}
