using System.CommandLine;
using SpanRelay.Cli.DeadLetters;
using SpanRelay.Cli.Redact;
using SpanRelay.Cli.Run;
using SpanRelay.Cli.Sas;
using SpanRelay.Cli.Token;
using Spectre.Console;

var root = new RootCommand("Relays the spans of an LLM gateway from an Event Hub to Dynatrace, redacted.")
{
    RunCommand.Create(AnsiConsole.Console),
    RedactCommand.Create(AnsiConsole.Console),
    DeadLettersCommand.Create(AnsiConsole.Console),
    TokenCommand.Create(AnsiConsole.Console),
    SasCommand.Create(AnsiConsole.Console),
};

// Long enough for what was started to be stopped in order after Ctrl+C.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) };
return await root.Parse(args).InvokeAsync(invocation);
