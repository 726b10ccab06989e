using System.CommandLine;
using SpanRelay.Dynatrace;
using SpanRelay.Replay;
using SpanRelay.Settings;
using SpanRelay.Tokens;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary><c>spanrelay dead-letters</c>: lists, explains, replays, exports and deletes dead letters.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(IAnsiConsole console) => new(
        "dead-letters",
        "List, explain, replay, export and delete spans that could not be delivered. Reads the function app's settings from the environment: DeadLetters__accountName "
        + "(with your login: azd auth login or az login), or AzureWebJobsStorage__accountName where dead letters have no account of their own, and for a replay also those of Dynatrace and redaction. Without a storage account there, it looks at the running local system, "
        + "or else the last one (spanrelay run).")
    {
        List(console), Show(console), Replay(console), Export(console), Purge(console),
    };

    private static Command List(IAnsiConsole console)
    {
        var filter = new FilterOptions(withIds: false, withReplayed: true);
        var output = new Option<string>("--output") { Description = "What to print: text or json.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var limit = Options.Number("--limit", "How many to show, newest first; 0 to 100000. The totals count all. Default: 50.", 50, 0, 100_000);
        var command = new Command("list", "List dead letters and incidents.") { output, limit };
        var data = Options.Data();
        command.Options.Add(data);
        filter.AddTo(command);
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.RunAsync(console, arguments.GetValue(data), archive =>
            new ListSession(console, archive).RunAsync(filter.Read(arguments), arguments.GetValue(limit), arguments.GetValue(output) == "json", cancellationToken), cancellationToken));
        return command;
    }

    private static Command Show(IAnsiConsole console)
    {
        var id = new Argument<string?>("id") { Description = "The id of a dead letter or an incident. Default: the newest.", Arity = ArgumentArity.ZeroOrOne };
        var data = Options.Data();
        var raw = new Option<bool>("--raw") { Description = "Show the first bytes of a quarantined event. They are not redacted." };
        var command = new Command("show", "Show one dead letter: cause, evidence, next step and its spans.") { id, raw, data };
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.RunAsync(console, arguments.GetValue(data), archive =>
            new ShowSession(console, archive, showsRaw: arguments.GetValue(raw)).RunAsync(arguments.GetValue(id), cancellationToken), cancellationToken));
        return command;
    }

    private static Command Replay(IAnsiConsole console)
    {
        var filter = new FilterOptions(withIds: true, withReplayed: false);
        var data = Options.Data();
        var again = new Option<bool>("--again") { Description = "Include dead letters that were already replayed." };
        var to = new Option<string?>("--to")
        {
            Description = "Send to this OTLP/HTTP receiver instead of Dynatrace, whatever the spans' age. The Dynatrace token is not sent to it; "
                + $"the environment variable {OtlpReceiver.AuthorizationVariable} holds the Authorization header, if it needs one.",
            HelpName = "address",
        };
        var command = new Command(
            "replay",
            "Replay the given dead letters, or all that match and were not replayed yet. Can be interrupted and run again. Exit code 0 if all were delivered.")
        {
            again, to, data,
        };
        filter.AddTo(command);
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.WithSettingsAsync(
            console,
            arguments.GetValue(data),
            settings => new ReplaySession(console, settings, arguments.GetValue(to)).RunAsync(
                new ReplayRequest { Filter = filter.Read(arguments), Again = arguments.GetValue(again) }, cancellationToken),
            cancellationToken));
        return command;
    }

    private static Command Export(IAnsiConsole console)
    {
        var filter = new FilterOptions(withIds: true, withReplayed: true);
        var data = Options.Data();
        var folder = new Option<string?>("--folder") { Description = "Write one file per dead letter to this folder, named {id}.otlp.", HelpName = "folder" };
        var output = new Option<string?>("--output") { Description = "Write all spans to one file.", HelpName = "file" };
        var command = new Command("export", "Write payloads as OTLP protobuf files. Skips quarantined events, which are not OTLP.") { folder, output, data };
        filter.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(folder) is null == result.GetResult(output) is null)
                result.AddError("Give either --folder or --output.");
        });
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.RunAsync(console, arguments.GetValue(data), archive =>
            new ExportSession(console, archive).RunAsync(filter.Read(arguments), arguments.GetValue(folder), arguments.GetValue(output), cancellationToken), cancellationToken));
        return command;
    }

    private static Command Purge(IAnsiConsole console)
    {
        var filter = new FilterOptions(withIds: true, withReplayed: true);
        var olderThan = FilterOptions.Span("--older-than", "Delete what was dead-lettered longer ago than this, replayed or not. Default: 30d.", TimeSpan.FromDays(30));
        var data = Options.Data();
        var yes = new Option<bool>("--yes") { Description = "Delete without asking for confirmation." };
        var command = new Command("purge", "Permanently delete dead letters: those given by id, or those that match and were replayed or are old.") { olderThan, yes, data };
        filter.AddTo(command);
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.RunAsync(console, arguments.GetValue(data), archive =>
            new PurgeSession(console, archive, arguments.GetValue(olderThan), asks: !arguments.GetValue(yes)).RunAsync(filter.Read(arguments), cancellationToken), cancellationToken));
        return command;
    }
}
