using System.Diagnostics;
using SpanRelay.Diagnosis;
using SpanRelay.Local.Faults;

namespace SpanRelay.EndToEnd.Tests;

public sealed class CompletionTests
{
    /// <summary>Completes each line of standard input as bash does when Tab is pressed at its end.</summary>
    private const string Bash = """
        spanrelay() { dotnet "$CLI" "$@"; }
        source <(spanrelay completion bash)
        complete -p spanrelay
        while IFS= read -r COMP_LINE; do
            COMP_POINT=${#COMP_LINE}
            read -r -a COMP_WORDS <<< "$COMP_LINE"
            [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _spanrelay </dev/null
            echo "${COMPREPLY[*]}"
        done
        """;

    [Fact]
    public async Task BashCompletesCommandsOptionsAndKnownValues()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "It needs bash.");
        using var deadline = new Deadline();
        string[] lines = ["spanrelay ", "spanrelay d", "spanrelay dead-letters ", "spanrelay run --fa", "spanrelay run --fault ", "spanrelay run --fault expired-t", "spanrelay dead-letters list --cause ", "spanrelay top --output ", "spanrelay completion ", "spanrelay send ", "spanrelay no-such x"];

        var completed = await CompleteAsync(lines, deadline.Token);

        Assert.Equal(["ai-check", "completion", "connect", "dead-letters", "doctor", "redact", "run", "sas", "send", "tap", "token", "top"], completed[0]);
        Assert.Equal(["dead-letters", "doctor"], completed[1]);
        Assert.Equal(["export", "list", "purge", "replay", "show"], completed[2]);
        Assert.Equal(["--fault"], completed[3]);
        Assert.Equal(FaultScenarios.All.Select(scenario => scenario.Name).Order(StringComparer.Ordinal), completed[4]);
        Assert.Equal(["expired-token"], completed[5]);
        Assert.Equal(CauseCatalog.Groups.SelectMany(group => group.Causes).Select(cause => cause.Code).Distinct().Order(StringComparer.Ordinal), completed[6]);
        Assert.Equal(["json", "text"], completed[7]);
        Assert.Equal(["bash", "fish", "pwsh", "zsh"], completed[8]);
        Assert.Equal([[], []], completed[9..]); // Files are left to bash.
    }

    private static async Task<List<string[]>> CompleteAsync(string[] lines, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", Bash]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["CLI"] = CommandLine.Assembly;
        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync(string.Join('\n', lines) + "\n");
        bash.StandardInput.Close();
        var output = await bash.StandardOutput.ReadToEndAsync(cancellationToken);
        await bash.WaitForExitAsync(cancellationToken);

        var answers = output.Split('\n')[..^1];
        Assert.Equal("complete -o default -F _spanrelay spanrelay", answers[0]);
        Assert.Equal(lines.Length, answers.Length - 1);
        return [.. answers.Skip(1).Select(answer => answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToArray())];
    }
}
