using System.CommandLine;
using SpanRelay.Cli.DeadLetters;
using SpanRelay.Settings;
using Spectre.Console;

namespace SpanRelay.Cli.Token;

/// <summary><c>spanrelay token rotate</c>: replaces the token in Key Vault.</summary>
internal static class TokenCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var noWait = new Option<bool>("--no-wait")
        {
            Description = "Exit once the new token is in use. The old one is deleted by the running function app, or by running this again after the overlap.",
        };
        var data = Options.Data();
        var rotate = new Command(
            "rotate",
            "Create a token in Dynatrace, store it as a new version of the Key Vault secret, verify it, and delete the old one after the overlap. Can be interrupted and run again. "
            + "Reads the function app's settings from the environment: Dynatrace__Environment, Dynatrace__TokenSecretUri, Dynatrace__RotationTokenSecretUri; without any, those of the running local system.")
        {
            noWait, data,
        };
        rotate.SetAction((arguments, cancellationToken) => ArchiveAccess.TryAsync(console, () =>
        {
            LocalAccess.UseRunning(arguments.GetValue(data));
            return new RotateSession(console, SettingsReader.FromEnvironment(), waits: !arguments.GetValue(noWait)).RunAsync(cancellationToken);
        }));
        return new Command("token", "Manage the Dynatrace token in Key Vault.") { rotate };
    }
}
