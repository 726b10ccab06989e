using System.CommandLine;
using SpanRelay.Cli.DeadLetters;
using SpanRelay.Cli.Redact;
using SpanRelay.Cli.Run;
using SpanRelay.Cli.Sas;
using SpanRelay.Cli.Token;
using Spectre.Console;

var root = new RootCommand("SpanRelay: forwards an LLM gateway's spans from an Event Hub to Dynatrace, redacted.")
{
    RunCommand.Create(AnsiConsole.Console),
    RedactCommand.Create(AnsiConsole.Console),
    DeadLettersCommand.Create(AnsiConsole.Console),
    TokenCommand.Create(AnsiConsole.Console),
    SasCommand.Create(AnsiConsole.Console),
};

// After Ctrl+C, leaves enough time to stop everything in order.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) };
return await root.Parse(args).InvokeAsync(invocation);
