using System.CommandLine;
using SpanRelay.Cli;
using SpanRelay.Cli.AiCheck;
using SpanRelay.Cli.Completion;
using SpanRelay.Cli.Connect;
using SpanRelay.Cli.DeadLetters;
using SpanRelay.Cli.Doctor;
using SpanRelay.Cli.Redact;
using SpanRelay.Cli.Run;
using SpanRelay.Cli.Sas;
using SpanRelay.Cli.Send;
using SpanRelay.Cli.Tap;
using SpanRelay.Cli.Token;
using SpanRelay.Cli.Top;
using Spectre.Console;

// Before the console reads them.
Console.SetOut(new ClosableWriter(Console.Out));
Console.SetError(new ClosableWriter(Console.Error));

var console = AnsiConsole.Console;
if (!console.Profile.Out.IsTerminal)
    console.Profile.Width = CommandRun.WidthWithoutTerminal;
var root = new RootCommand(
    "SpanRelay: forwards an LLM gateway's spans from an Event Hub to Dynatrace, redacted. Exit code 0: all went well; 1: it did not, or the arguments are wrong. doctor has 1 for warnings and 2 for failures.")
{
    RunCommand.Create(console),
    DoctorCommand.Create(console),
    TopCommand.Create(console),
    TapCommand.Create(console),
    RedactCommand.Create(console),
    AiCheckCommand.Create(console),
    DeadLettersCommand.Create(console),
    TokenCommand.Create(console),
    SasCommand.Create(console),
    ConnectCommand.Create(console),
    SendCommand.Create(console),
    CompletionCommand.Create(console),
};
Options.RefuseEmptyValues(root);
CommandHelp.Use(root);
return await CommandRun.RunAsync(root.Parse(args));
