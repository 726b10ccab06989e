using System.CommandLine;
using Spectre.Console;

namespace SpanRelay.Cli.Completion;

/// <summary><c>spanrelay completion</c>: a script with which a shell completes spanrelay's commands, options and their values.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = CompletionScripts.Bash,
        ["zsh"] = CompletionScripts.Zsh,
        ["fish"] = CompletionScripts.Fish,
        ["pwsh"] = CompletionScripts.PowerShell,
    };

    public static Command Create(IAnsiConsole console)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh (PowerShell)." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Print the script that completes commands, options and their known values in your shell. docs/commands.md says where each shell takes it from.") { shell };

        // Bypasses the console, which would wrap lines.
        command.SetAction(arguments => console.Profile.Out.Writer.Write(Scripts[arguments.GetValue(shell)!]));
        return command;
    }
}
