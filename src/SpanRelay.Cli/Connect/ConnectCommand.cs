using System.CommandLine;
using SpanRelay.Cli.Sas;
using SpanRelay.Deploy;
using Spectre.Console;

namespace SpanRelay.Cli.Connect;

/// <summary><c>spanrelay connect</c>: what to enter in the gateway, for what azd deployed.</summary>
internal static class ConnectCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var key = new Option<bool>("--key") { Description = "Print the key of ingest as well: a secret, read with your rights." };
        var signature = new Option<bool>("--signature") { Description = "Print the header's value for the Event Hub as well: a secret, made with your rights from the sender's policy." };
        var sender = new Option<string?>("--sender") { Description = "With --signature: whose policy signs. Default: the first of SENDERS.", HelpName = "name" };
        var secondary = new Option<bool>("--secondary") { Description = "With --signature: sign with the policy's secondary key, for a change of keys without a gap." };
        var days = Options.Number("--days", "With --signature: how many days it is valid; 1 to 1825. Default: 365.", 365, 1, 1825);
        var command = new Command("connect", "Print what to enter in the gateway, for the azd environment of this repository.") { key, signature, sender, secondary, days };
        command.SetAction((arguments, cancellationToken) => RunAsync(
            console,
            new ConnectionRequest
            {
                IngestKey = arguments.GetValue(key),
                Signature = arguments.GetValue(signature),
                Sender = arguments.GetValue(sender),
                Secondary = arguments.GetValue(secondary),
            },
            arguments.GetValue(days),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IAnsiConsole console, ConnectionRequest request, int days, CancellationToken cancellationToken)
    {
        var result = await Progress.ShowAsync("Reading what was deployed", Connection.ReadAsync(request));
        if (result.Problem is { } problem)
        {
            console.WriteLine(problem, new Style(Color.Red));
            return 1;
        }

        // Bypasses the console, which would wrap lines.
        var output = console.Profile.Out.Writer;
        await output.WriteLineAsync(result.Fields.AsMemory(), cancellationToken);
        if (result.IngestKey is { } ingestKey)
        {
            await output.WriteLineAsync($"x-functions-key   {ingestKey}".AsMemory(), cancellationToken);
            await output.WriteLineAsync("The key is a secret: anyone who has it can send. Replace it in the portal: Function App, Functions, IngestKey, Function keys.".AsMemory(), cancellationToken);
            await output.WriteLineAsync();
        }

        if (result.Key is { } key)
            new SasSession(console, TimeProvider.System, new SasRequest(result.Host, result.Hub, result.Sender, days)).Print(key);
        return 0;
    }
}
