using System.CommandLine;
using Spectre.Console;

namespace SpanRelay.Cli.Sas;

/// <summary><c>spanrelay sas</c>: what the gateway needs to push straight into the Event Hub.</summary>
internal static class SasCommand
{
    /// <summary>An environment variable or standard input, and not an option: arguments are seen by every user of the machine.</summary>
    public const string KeyVariable = "SPANRELAY_SAS_KEY";

    private const string PublicSuffix = ".servicebus.windows.net";

    public static Command Create(IAnsiConsole console)
    {
        var @namespace = new Option<string>("--namespace")
        {
            Description = $"The Event Hubs namespace: its name, or its host where that does not end in {PublicSuffix}.",
            HelpName = "name",
            Required = true,
        };
        var hub = new Option<string>("--hub")
        {
            Description = "The Event Hub. The signature opens this one only.",
            HelpName = "name",
            Required = true,
        };
        var policy = new Option<string>("--policy")
        {
            Description = "The hub's shared access policy that the key belongs to. It should have the right Send and no other. Default: send.",
            HelpName = "name",
            DefaultValueFactory = _ => "send",
        };
        var days = new Option<int>("--days")
        {
            Description = "How long the signature works; 1 to 1825. Default: 365.",
            HelpName = "days",
            DefaultValueFactory = _ => 365,
        };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1825)
                result.AddError("--days takes a whole number from 1 to 1825.");
        });

        var command = new Command(
            "sas",
            $"Make a shared access signature with which a gateway may send to an Event Hub, and do nothing else. The policy's key is read from {KeyVariable}, or from standard input.")
        {
            @namespace, hub, policy, days,
        };
        command.SetAction((arguments, cancellationToken) => new SasSession(console, TimeProvider.System, new SasRequest(
            Host(arguments.GetRequiredValue(@namespace)),
            arguments.GetRequiredValue(hub),
            arguments.GetRequiredValue(policy),
            arguments.GetValue(days))).RunAsync(cancellationToken));
        return command;
    }

    private static string Host(string name) => name.Contains('.', StringComparison.Ordinal) ? name : name + PublicSuffix;
}
