using System.CommandLine;
using SpanRelay.Otlp;
using Spectre.Console;

namespace SpanRelay.Cli.Redact;

/// <summary><c>spanrelay redact</c>: shows what redaction does to a payload.</summary>
internal static class RedactCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var file = new Argument<string>("file")
        {
            Description = "OTLP traces as JSON or protobuf, gzipped or not; - for standard input.",
            DefaultValueFactory = _ => "-",
        };
        var policy = new Option<string?>("--policy")
        {
            Description = "The redaction policy file. Default: the file named by Redaction__Policy, otherwise the relay's default rules.",
            HelpName = "file",
        };
        var output = new Option<string>("--output")
        {
            Description = "What to print: text or json.",
            DefaultValueFactory = _ => "text",
        };
        output.AcceptOnlyFromAmong("text", "json");
        var write = new Option<string?>("--write")
        {
            Description = "Write the redacted payload to this file, as OTLP protobuf.",
            HelpName = "file",
        };

        var test = new Option<string?>("--test")
        {
            Description = "Run the cases of this folder (*.case.json) against the policy instead. Exit code 1 if one fails.",
            HelpName = "folder",
        };

        var command = new Command("redact", "Show what redaction changes in a payload, and which rule does it. Sends nothing. Exit code 1 if the payload is refused.")
        {
            file, policy, output, write, test,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var view = arguments.GetValue(output) == "json" ? (IRedactionView)new JsonView(console) : new TextView(console);
            var session = new RedactSession(view, arguments.GetValue(policy), arguments.GetValue(write));
            if (arguments.GetValue(test) is { } folder)
                return session.TryReadOptions(out var options, out var genAi) ? new RedactTestSession(console, genAi.CreateRedactor(options, ResourceAttributes.None)).Run(folder) : 1;
            return await session.RunAsync(arguments.GetValue(file)!, cancellationToken);
        });
        return command;
    }
}
