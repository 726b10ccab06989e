using System.CommandLine;
using Spectre.Console;

namespace SpanRelay.Cli.Sas;

/// <summary><c>spanrelay sas</c>: creates what a gateway needs to send directly to the Event Hub.</summary>
internal static class SasCommand
{
    /// <summary>An environment variable or standard input rather than an option: every user of the machine can see arguments.</summary>
    /// <setting name="SPANRELAY_SAS_KEY" default="read from Azure with your login">Key of the Event Hub's shared access policy, for `spanrelay sas` and `spanrelay send`.</setting>
    public const string KeyVariable = "SPANRELAY_SAS_KEY";

    private const string PublicSuffix = ".servicebus.windows.net";

    public static Command Create(IAnsiConsole console)
    {
        var @namespace = new Option<string>("--namespace")
        {
            Description = $"The Event Hubs namespace: its name, or its host name if that does not end in {PublicSuffix}.",
            HelpName = "name",
            Required = true,
        };
        var hub = new Option<string>("--hub")
        {
            Description = "The Event Hub. The signature is valid for this one only.",
            HelpName = "name",
            Required = true,
        };
        var policy = new Option<string>("--policy")
        {
            Description = "The hub's shared access policy that owns the key. It should grant Send and nothing else. Default: send.",
            HelpName = "name",
            DefaultValueFactory = _ => "send",
        };
        var days = Options.Number("--days", "How many days the signature is valid; 1 to 1825. Default: 365.", 365, 1, 1825);
        var secondary = new Option<bool>("--secondary") { Description = "Sign with the policy's secondary key, read from Azure: for a change of keys without a gap." };
        var subscription = new Option<string?>("--subscription")
        {
            Description = "The subscription's id, to read the key from Azure. Default: that of this repository's azd environment.",
            HelpName = "id",
        };
        var group = new Option<string?>("--resource-group")
        {
            Description = "The namespace's resource group, to read the key from Azure. Default: that of this repository's azd environment.",
            HelpName = "name",
        };

        var command = new Command(
            "sas",
            $"Create a shared access signature that lets a gateway send to an Event Hub. The policy's key is read from {KeyVariable} or standard input, else from Azure with your login (azd auth login, az login).")
        {
            @namespace, hub, policy, days, secondary, subscription, group,
        };
        command.SetAction((arguments, cancellationToken) => new SasSession(console, TimeProvider.System, new SasRequest(
            Host(arguments.GetRequiredValue(@namespace)),
            arguments.GetRequiredValue(hub),
            arguments.GetRequiredValue(policy),
            arguments.GetValue(days))
        {
            Secondary = arguments.GetValue(secondary),
            Subscription = arguments.GetValue(subscription),
            ResourceGroup = arguments.GetValue(group),
        }).RunAsync(cancellationToken));
        return command;
    }

    private static string Host(string name) => name.Contains('.', StringComparison.Ordinal) ? name : name + PublicSuffix;
}
