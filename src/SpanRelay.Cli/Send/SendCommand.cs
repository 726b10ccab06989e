using System.CommandLine;
using SpanRelay.Cli.DeadLetters;
using Spectre.Console;

namespace SpanRelay.Cli.Send;

/// <summary><c>spanrelay send</c>: sends files, or sample traffic at a rate, through any way in.</summary>
internal static class SendCommand
{
    private const int DefaultSeconds = 10;

    private static readonly Argument<string[]> Files = new("files")
    {
        Description = "Each file is one event, whatever is in it; of a folder, all files in and below it. Default: standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = $"Where to: https://<namespace>/<hub>/messages, amqps://<namespace>/<hub> (with the key in {Sas.SasCommand.KeyVariable}, else your login), "
            + $"amqp (with the connection string in {Doors.ConnectionVariable}, else the local system's), https://<app>/v1/traces (with the key in {Doors.IngestKeyVariable}), or ingest (the local system's). Default: the running local system.",
        HelpName = "address",
    };

    private static readonly Option<string> Policy = new("--policy")
    {
        Description = $"The shared access policy that {Sas.SasCommand.KeyVariable} is the key of. Default: send.",
        HelpName = "name",
        DefaultValueFactory = _ => "send",
    };

    private static readonly Option<int> Rate = Options.Number("--rate", "Send sample traffic: so many spans a second; 0 for as many as are taken.", 0, 0, 10_000_000);
    private static readonly Option<int> Seconds = Options.Number("--seconds", $"Send sample traffic for so many seconds. Default: {DefaultSeconds}, unless --events is given.", DefaultSeconds, 1, 86_400);
    private static readonly Option<int> Events = Options.Number("--events", "Send so many events of sample traffic.", 1, 1, 100_000_000);
    private static readonly Option<int> Parallel = Options.Number("--parallel", "How many events are on the way at the same time; 1 to 64. Default: 8 for sample traffic, 1 for files.", 8, 1, 64);
    private static readonly Option<string?> Data = Options.Data();

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command(
            "send",
            "Send files, or sample traffic at a rate, to an Event Hub or to the relay's ingest, and say what was taken. Nothing is retried. Exit code 0: everything was taken; 1: something was not, or the arguments are wrong.")
        {
            Files, To, Policy, Rate, Seconds, Events, Parallel, Data,
        };
        command.SetAction((arguments, cancellationToken) => ArchiveAccess.TryAsync(console, () => RunAsync(console, arguments, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(IAnsiConsole console, ParseResult arguments, CancellationToken cancellationToken)
    {
        var (door, problem) = new Doors(arguments.GetValue(Policy)!).Open(arguments.GetValue(To), () => LocalAccess.GetRunning(arguments.GetValue(Data)));
        if (door is null)
            return ArchiveAccess.Refuse(console, [problem!]);
        await using var open = door;

        var paths = arguments.GetValue(Files) ?? [];
        var load = Load(arguments);
        if (load is not null && paths.Length > 0)
            return ArchiveAccess.Refuse(console, ["--rate, --seconds and --events are for sample traffic: name no files with them."]);
        console.WriteLine($"Sending to {OneLine.From(door.Address, 300)}");
        if (load is not null)
            return await new SendSession(console, door, arguments.GetValue(Parallel)).RunAsync(load.CreateAsync(TimeProvider.System, cancellationToken), load.Progress, cancellationToken);

        var (files, missing) = paths.Length > 0 ? FileEvents.Find(paths) : (null, null);
        if (missing is not null)
            return ArchiveAccess.Refuse(console, [missing]);
        return await new SendSession(console, door, IsGiven(arguments, Parallel) ? arguments.GetValue(Parallel) : 1)
            .RunAsync(FileEvents.ReadAsync(files, door, cancellationToken), totals => totals.Done / (double)(files?.Count ?? 1), cancellationToken);
    }

    private static SampleLoad? Load(ParseResult arguments)
    {
        var byEvents = IsGiven(arguments, Events);
        var bySeconds = IsGiven(arguments, Seconds);
        if (!byEvents && !bySeconds && !IsGiven(arguments, Rate))
            return null;
        return new SampleLoad(
            arguments.GetValue(Rate),
            bySeconds || !byEvents ? TimeSpan.FromSeconds(arguments.GetValue(Seconds)) : null,
            byEvents ? arguments.GetValue(Events) : null);
    }

    private static bool IsGiven(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };
}
