using System.CommandLine;
using SpanRelay.Settings;
using Spectre.Console;

namespace SpanRelay.Cli.Token;

/// <summary><c>spanrelay token rotate</c>: replaces the token in Key Vault by a new one.</summary>
internal static class TokenCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var noWait = new Option<bool>("--no-wait")
        {
            Description = "End when the new token is in use. The old one is deleted by a running function app, or when this is run again after the overlap.",
        };
        var rotate = new Command(
            "rotate",
            "Create a token in Dynatrace, store it as a new version of the Key Vault secret, prove it, and delete the old one after the overlap. May be interrupted anywhere: run it again. "
            + "Takes the function app's settings from the environment: Dynatrace__Environment, Dynatrace__TokenSecretUri, Dynatrace__RotationTokenSecretUri.")
        {
            noWait,
        };
        rotate.SetAction((arguments, cancellationToken) =>
            new RotateSession(console, SettingsReader.FromEnvironment(), waits: !arguments.GetValue(noWait)).RunAsync(cancellationToken));
        return new Command("token", "The Dynatrace token in Key Vault.") { rotate };
    }
}
