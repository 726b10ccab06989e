using System.Collections;
using Azure.Core;
using SpanRelay.DeadLetters;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Doctor;

/// <summary>
/// Looks at everything that a span needs on its way, without sending one: what is found wrong has the code that a dead letter
/// would have. It reads everything anew, and shares nothing with a running relay.
/// </summary>
/// <param name="values">The app's settings.</param>
public sealed class DoctorRun(IReadOnlyCollection<KeyValuePair<string, string?>> values, TimeProvider time)
{
    /// <summary>How long each group of checks may take; they run side by side. Default: 45 seconds.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The identity for a connection, by its client id.</summary>
    internal Func<SettingsReader, string?, TokenCredential> Login { get; init; } = AzureLogin.Create;

    /// <summary>With the settings of this process.</summary>
    public static DoctorRun OfEnvironment(TimeProvider time) => new(
        [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value))], time);

    /// <returns>The report. Throws only when cancelled.</returns>
    public async Task<DoctorReport> RunAsync(CancellationToken cancellationToken)
    {
        var settings = SettingsCheck.Read(values);
        var runner = new CheckRunner(Deadline, time);
        var groups = await Task.WhenAll(
            runner.RunAsync("settings", _ => Task.FromResult<IReadOnlyList<CheckResult>>([.. settings.Report()]), cancellationToken),
            runner.RunAsync("dynatrace", token => CheckDynatraceAsync(settings, token), cancellationToken),
            runner.RunAsync("event hub", token => CheckHubAsync(settings, token), cancellationToken),
            runner.RunAsync("storage", token => CheckStorageAsync(settings, token), cancellationToken),
            runner.RunAsync("application insights", token => TelemetryCheck.RunAsync(settings.Settings, token), cancellationToken));
        return new DoctorReport([.. groups.SelectMany(group => group)]);
    }

    private async Task<IReadOnlyList<CheckResult>> CheckDynatraceAsync(SettingsCheck settings, CancellationToken cancellationToken)
    {
        var (options, relay) = (settings.Relay.Dynatrace, settings.Relay);
        if (options.Endpoint is null)
            return [CheckResult.Skip("address", "Dynatrace__Environment is not right: see settings.")];

        var address = new AddressCheck(options, relay.MaxSpanAge, relay.RetryBudget, time).RunAsync(cancellationToken);
        if (options.Token is { ApiToken: null, Secret: null })
            return [.. (await address).Results, CheckResult.Skip("token", "The token's setting is not right: see settings.")];

        using var token = new TokenChecks(settings, Login, time);
        return [.. await token.RunAsync(address, cancellationToken)];
    }

    private async Task<IReadOnlyList<CheckResult>> CheckHubAsync(SettingsCheck settings, CancellationToken cancellationToken)
    {
        if (!settings.Hub.IsComplete)
            return [SettingsCheck.NoHub];
        await using var hub = settings.OpenHub(client => Login(settings.Settings, client));
        return await new HubCheck(hub, settings.Relay.MaxSpanAge, time).RunAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<CheckResult>> CheckStorageAsync(SettingsCheck settings, CancellationToken cancellationToken) => settings.HasStorage
        ? await new StorageCheck(DeadLetterStorage.Open(settings.Storage, () => Login(settings.Settings, settings.Storage.ClientId)), time).RunAsync(cancellationToken)
        : [CheckResult.Skip("storage", "The storage account's settings are not right: see settings.")];
}
