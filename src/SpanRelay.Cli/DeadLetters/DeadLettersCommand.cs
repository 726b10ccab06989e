using System.CommandLine;
using SpanRelay.Dynatrace;
using SpanRelay.Replay;
using SpanRelay.Settings;
using SpanRelay.Tokens;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary><c>spanrelay dead-letters</c>: what could not be delivered, why, and the way back.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(IAnsiConsole console) => new(
        "dead-letters",
        "What could not be delivered: why, what to do, and the way back. Takes the function app's settings from the environment: AzureWebJobsStorage__accountName "
        + "(with your login: az login) or AzureWebJobsStorage, and for a replay those of Dynatrace and redaction.")
    {
        List(console), Show(console), Replay(console), Export(console), Purge(console),
    };

    private static Command List(IAnsiConsole console)
    {
        var filter = new FilterOptions(withIds: false, withReplayed: true);
        var output = new Option<string>("--output") { Description = "What to print: text or json.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var limit = new Option<int>("--limit") { Description = "How many to show, the latest first. All are counted.", DefaultValueFactory = _ => 50, HelpName = "number" };
        var command = new Command("list", "List dead letters and incidents.") { output, limit };
        filter.AddTo(command);
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.RunAsync(console, SettingsReader.FromEnvironment(), archive =>
            new ListSession(console, archive).RunAsync(filter.Read(arguments), arguments.GetValue(limit), arguments.GetValue(output) == "json", cancellationToken)));
        return command;
    }

    private static Command Show(IAnsiConsole console)
    {
        var id = new Argument<string>("id") { Description = "The dead letter's or the incident's id." };
        var raw = new Option<bool>("--raw") { Description = "Show the start of an event in the quarantine as it came: it is not redacted." };
        var command = new Command("show", "Show everything about one: cause, evidence, next step, and the spans it holds.") { id, raw };
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.RunAsync(console, SettingsReader.FromEnvironment(), archive =>
            new ShowSession(console, archive, showsRaw: arguments.GetValue(raw)).RunAsync(arguments.GetValue(id)!, cancellationToken)));
        return command;
    }

    private static Command Replay(IAnsiConsole console)
    {
        var filter = new FilterOptions(withIds: true, withReplayed: false);
        var again = new Option<bool>("--again") { Description = "What was replayed before, too." };
        var to = new Option<string?>("--to")
        {
            Description = "Send to this OTLP/HTTP receiver instead of Dynatrace, spans of any age. No Dynatrace token goes there; "
                + $"the environment variable {OtlpReceiver.AuthorizationVariable} holds the Authorization header's value, where it needs one.",
            HelpName = "address",
        };
        var command = new Command(
            "replay",
            "Send dead letters again: those named, or all that match and were not replayed yet. May be interrupted anywhere: run it again. Ends with 0 when every one arrived.")
        {
            again, to,
        };
        filter.AddTo(command);
        command.SetAction((arguments, cancellationToken) =>
        {
            var settings = SettingsReader.FromEnvironment();
            var request = new ReplayRequest { Filter = filter.Read(arguments), Again = arguments.GetValue(again) };
            return new ReplaySession(console, settings, arguments.GetValue(to)).RunAsync(request, cancellationToken);
        });
        return command;
    }

    private static Command Export(IAnsiConsole console)
    {
        var filter = new FilterOptions(withIds: true, withReplayed: true);
        var folder = new Option<string?>("--folder") { Description = "Write one file for each letter into this folder: its id and .otlp.", HelpName = "folder" };
        var output = new Option<string?>("--output") { Description = "Write one file with the spans of all.", HelpName = "file" };
        var command = new Command("export", "Write the payloads as OTLP protobuf files. Those in the quarantine are left out: they are not OTLP.") { folder, output };
        filter.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(folder) is null == result.GetResult(output) is null)
                result.AddError("Give either --folder or --output.");
        });
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.RunAsync(console, SettingsReader.FromEnvironment(), archive =>
            new ExportSession(console, archive).RunAsync(filter.Read(arguments), arguments.GetValue(folder), arguments.GetValue(output), cancellationToken)));
        return command;
    }

    private static Command Purge(IAnsiConsole console)
    {
        var filter = new FilterOptions(withIds: true, withReplayed: true);
        var olderThan = FilterOptions.Span("--older-than", "Besides what was replayed, delete what was set aside longer ago. Default: 30d.", TimeSpan.FromDays(30));
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new Command("purge", "Delete dead letters for good: of those that match, the ones that were replayed or are old; or those named, whatever they are.") { olderThan, yes };
        filter.AddTo(command);
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.RunAsync(console, SettingsReader.FromEnvironment(), archive =>
            new PurgeSession(console, archive, arguments.GetValue(olderThan), asks: !arguments.GetValue(yes)).RunAsync(filter.Read(arguments), cancellationToken)));
        return command;
    }
}
