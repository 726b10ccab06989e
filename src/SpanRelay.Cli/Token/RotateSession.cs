using System.Globalization;
using SpanRelay.Dynatrace;
using SpanRelay.Rotation;
using SpanRelay.Settings;
using SpanRelay.Tokens;
using Spectre.Console;

namespace SpanRelay.Cli.Token;

/// <summary>One rotation, started or resumed after an interruption.</summary>
internal sealed class RotateSession(IAnsiConsole console, SettingsReader settings, bool waits)
{
    private readonly TimeProvider _time = TimeProvider.System;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var options = DynatraceOptions.Read(settings);
        if (options.Token.RotationSecret is null && settings.Text("Dynatrace__RotationTokenSecretUri") is null)
            settings.Report("Dynatrace__RotationTokenSecretUri", "is missing: set it to the secret whose token has the scopes apiTokens.read and apiTokens.write.");
        if (settings.Problems.Count > 0)
        {
            foreach (var problem in settings.Problems)
                console.WriteLine(problem, new Style(Color.Red));
            return 1;
        }

        try
        {
            await RotateAsync(options, cancellationToken);
            return 0;
        }
        catch (Exception e) when (e is TokenVaultException or TokenApiException)
        {
            console.WriteLine(e.Message, new Style(Color.Red));
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            console.WriteLine("Interrupted. Run the command again to continue.");
            return 1;
        }
    }

    private async Task RotateAsync(DynatraceOptions options, CancellationToken cancellationToken)
    {
        var login = AzureLogin.Create(settings);
        using var api = new TokenApi(options);
        using var rotation = new TokenRotation(
            TokenVault.Open(options.Token.Secret!, login, options.Token),
            TokenVault.Open(options.Token.RotationSecret!, login, options.Token),
            api, options.Token, _time, new ConsoleLog<TokenRotation>(console));

        var progress = await rotation.RotateAsync(null, cancellationToken);
        while (progress.Due is { } due)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Both tokens are valid until {due.LocalDateTime:HH:mm:ss}, when the old one is deleted."));
            if (!waits)
                return;
            var pause = due - _time.GetUtcNow();
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, _time, cancellationToken);
            progress = await rotation.ResumeAsync(cancellationToken);
        }
    }
}
