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
        var signature = new Option<bool>("--signature") { Description = "Print the header's value as well: a secret, read with your rights from the hub's policy send." };
        var days = Options.Number("--days", "With --signature: how many days it is valid; 1 to 1825. Default: 365.", 365, 1, 1825);
        var command = new Command("connect", "Print what to enter in the gateway, for the azd environment of this repository.") { signature, days };
        command.SetAction((arguments, cancellationToken) => RunAsync(console, arguments.GetValue(signature), arguments.GetValue(days), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IAnsiConsole console, bool withSignature, int days, CancellationToken cancellationToken)
    {
        var result = await Connection.ReadAsync(withSignature);
        if (result.Problem is { } problem)
        {
            console.WriteLine(problem, new Style(Color.Red));
            return 1;
        }

        // Bypasses the console, which would wrap lines.
        await console.Profile.Out.Writer.WriteLineAsync(result.Fields.AsMemory(), cancellationToken);
        if (result.Key is { } key)
            new SasSession(console, TimeProvider.System, new SasRequest(result.Host, result.Hub, "send", days)).Print(key);
        return 0;
    }
}
