using System.CommandLine;
using System.CommandLine.Completions;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Faults;
using SpanRelay.Local.Host;
using SpanRelay.Redaction.Detectors.Credentials;
using Spectre.Console;

namespace SpanRelay.Cli.Run;

/// <summary><c>spanrelay run</c>: the whole system on this machine, with sample traffic.</summary>
internal static class RunCommand
{
    /// <summary>An environment variable rather than an option: every user of the machine can see arguments.</summary>
    /// <setting name="SPANRELAY_DYNATRACE_TOKEN">Token for `spanrelay run --dynatrace`.</setting>
    public const string TokenVariable = "SPANRELAY_DYNATRACE_TOKEN";

    /// <summary>The function app's own setting. With it, no Azurite is started.</summary>
    private const string StorageVariable = "AzureWebJobsStorage";

    public static Command Create(IAnsiConsole console)
    {
        var once = new Option<bool>("--once")
        {
            Description = "Stop after the sample. Exit code 0 if every span arrived and no secret leaked, otherwise 1.",
        };
        var environment = new Option<string?>("--dynatrace")
        {
            Description = $"Deliver to this Dynatrace environment (its id or address) with the token in {TokenVariable}, instead of to the local stand-in.",
            HelpName = "environment",
        };
        var app = new Option<string?>("--app")
        {
            Description = "The folder of a published function app. Default: the one built with this command.",
            HelpName = "folder",
        };
        var port = Options.Number("--port", "The local Event Hub's port on 127.0.0.1. Default: 0, any free port.", 0, 0, 65_535);
        var pagePort = Options.Number("--page-port", "The page's port on 127.0.0.1. Default: 0, any free port. With --once there is no page.", 0, 0, 65_535);
        var data = new Option<string?>("--data")
        {
            Description = "The folder of the local storage account (Azurite). Dead letters are kept there. Default: spanrelay/storage in the user's application data.",
            HelpName = "folder",
        };
        var fault = new Option<string?>("--fault")
        {
            Description = "Cause a fault and show its record, instead of sending the sample: expired-token, throttled, poison, too-old and others. An unknown name lists them all.",
            HelpName = "name",
            CompletionSources = { _ => FaultScenarios.All.Select(scenario => new CompletionItem(scenario.Name)) },
        };
        var set = new Option<string[]>("--set")
        {
            Description = "A setting of the function app, such as Redaction__Policy=/path/to/redaction.json. Repeatable. Not for secrets: every user of the machine can see arguments.",
            HelpName = "name=value",
        };
        set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
                result.AddError($"--set takes name=value, not {OneLine.Quoted(token.Value, 100)}.");
        });

        var command = new Command("run", "Run the whole system on this machine with sample traffic: Event Hub, Functions host, function app, storage, and stand-ins for Key Vault and Dynatrace.")
        {
            once, fault, environment, app, port, pagePort, data, set,
        };
        RunOptions Read(ParseResult arguments) => new()
        {
            Once = arguments.GetValue(once),
            DynatraceEnvironment = arguments.GetValue(environment),
            DynatraceToken = Environment.GetEnvironmentVariable(TokenVariable),
            FunctionAppFolder = arguments.GetValue(app),
            EventHubPort = arguments.GetValue(port),
            PagePort = arguments.GetValue(pagePort),
            StorageFolder = arguments.GetValue(data) ?? SystemFile.DefaultDataFolder,
            StorageConnectionString = Environment.GetEnvironmentVariable(StorageVariable),
            Settings = (arguments.GetValue(set) ?? []).Select(each => each.Split('=', 2)).GroupBy(pair => pair[0]).ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1]),
        };
        command.SetAction((arguments, cancellationToken) => arguments.GetValue(fault) is { } name
            ? new FaultSession(console, Read(arguments)).RunAsync(name, cancellationToken)
            : new RunSession(console, Read(arguments)).RunAsync(cancellationToken));
        return command;
    }
}
