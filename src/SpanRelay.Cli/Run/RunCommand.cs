using System.CommandLine;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Host;
using SpanRelay.Redaction.Detectors.Credentials;
using Spectre.Console;

namespace SpanRelay.Cli.Run;

/// <summary><c>spanrelay run</c>: the whole system on this machine, with sample traffic.</summary>
internal static class RunCommand
{
    /// <summary>An environment variable and not an option: arguments are seen by every user of the machine.</summary>
    public const string TokenVariable = "SPANRELAY_DYNATRACE_TOKEN";

    /// <summary>As for the function app: with it, no local storage account is started.</summary>
    private const string StorageVariable = "AzureWebJobsStorage";

    private static string DefaultStorageFolder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "spanrelay", "storage");

    public static Command Create(IAnsiConsole console)
    {
        var once = new Option<bool>("--once")
        {
            Description = "End after the sample: with 0 when every span arrived and nothing secret left, otherwise with 1.",
        };
        var environment = new Option<string?>("--dynatrace")
        {
            Description = $"Deliver to this Dynatrace environment (its id or address) with the token in {TokenVariable}, instead of to the local stand-in.",
            HelpName = "environment",
        };
        var app = new Option<string?>("--app")
        {
            Description = "The folder of the published function app to run. Default: the one that was built with this command.",
            HelpName = "folder",
        };
        var port = new Option<int>("--port")
        {
            Description = "The local Event Hub's port on 127.0.0.1. Default: any free one.",
            HelpName = "port",
        };
        var data = new Option<string?>("--data")
        {
            Description = "The folder of the local storage account, whose dead letters stay there. Default: spanrelay/storage below the user's application data.",
            HelpName = "folder",
        };
        var fault = new Option<string?>("--fault")
        {
            Description = "See a failure and its record instead of the sample: expired-token, throttled, poison, too-old and others. An unknown name lists all.",
            HelpName = "name",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "A setting of the function app, such as Redaction__Policy=/path/to/redaction.json. May be given several times. Not for secrets: arguments are seen by every user of the machine.",
            HelpName = "name=value",
        };
        set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
                result.AddError($"--set takes name=value, not {token.Value}.");
        });

        var command = new Command("run", "Run all of it on this machine: Event Hub, Functions host, function app and Dynatrace stand-in, with sample traffic.")
        {
            once, fault, environment, app, port, data, set,
        };
        RunOptions Read(ParseResult arguments) => new()
        {
            Once = arguments.GetValue(once),
            DynatraceEnvironment = arguments.GetValue(environment),
            DynatraceToken = Environment.GetEnvironmentVariable(TokenVariable),
            FunctionAppFolder = arguments.GetValue(app),
            EventHubPort = arguments.GetValue(port),
            StorageFolder = arguments.GetValue(data) ?? DefaultStorageFolder,
            StorageConnectionString = Environment.GetEnvironmentVariable(StorageVariable),
            Settings = (arguments.GetValue(set) ?? []).Select(each => each.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]),
        };
        command.SetAction((arguments, cancellationToken) => arguments.GetValue(fault) is { } name
            ? new FaultSession(console, Read(arguments)).RunAsync(name, cancellationToken)
            : new RunSession(console, Read(arguments)).RunAsync(cancellationToken));
        return command;
    }
}
