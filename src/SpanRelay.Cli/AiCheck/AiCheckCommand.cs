using System.CommandLine;
using Spectre.Console;

namespace SpanRelay.Cli.AiCheck;

/// <summary><c>spanrelay ai-check</c>: tells which views of Dynatrace's AI Observability app will work.</summary>
internal static class AiCheckCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var path = new Argument<string>("path")
        {
            Description = "OTLP traces in any form that the relay reads: a file, a folder of files, or - for standard input.",
            DefaultValueFactory = _ => "-",
        };
        var policy = new Option<string?>("--policy")
        {
            Description = "The redaction policy file. Default: the file named by Redaction__Policy, otherwise the relay's default rules.",
            HelpName = "file",
        };
        var command = new Command(
            "ai-check",
            "Tell which views of Dynatrace's AI Observability app will work for these spans, and which attributes are missing. "
            + "Checks what the relay would send: redacted and normalized, unless GenAi__Normalize is false. Sends nothing. "
            + "Exit code 0: no required view stays empty; 1: one does; 2: a file cannot be read.")
        {
            path, policy,
        };
        command.SetAction((arguments, cancellationToken) => new AiCheckSession(console, arguments.GetValue(policy)).RunAsync(arguments.GetValue(path)!, cancellationToken));
        return command;
    }
}
