using Azure.Core;
using SpanRelay.DeadLetters;
using SpanRelay.Ingest;
using SpanRelay.Settings;

namespace SpanRelay.Doctor;

/// <summary>The settings as the app's start reads them. Parts that cannot be read are null or incomplete.</summary>
/// <param name="Storage">Of dead letters.</param>
/// <param name="HostStorage">Of the Functions host's checkpoints.</param>
internal sealed record SettingsCheck(SettingsReader Settings, RelayOptions Relay, StorageOptions Storage, StorageOptions HostStorage, HubOptions Hub)
{
    private const string Check = "settings";
    private const int MostLines = 30;

    /// <summary>What there is to say where <see cref="Hub"/> is not complete.</summary>
    public static CheckResult NoHub { get; } = CheckResult.Fail("event hub", "No Event Hub is configured.", "Set EVENTHUB_NAME, and EVENTHUB__fullyQualifiedNamespace or, for local use, EVENTHUB to a connection string.");

    public static SettingsCheck Read(IEnumerable<KeyValuePair<string, string?>> values)
    {
        var settings = new SettingsReader(values);
        var relay = RelayOptions.Read(settings);
        var storage = StorageOptions.Read(settings);
        return new SettingsCheck(settings, relay, storage, StorageOptions.ReadHost(settings, storage), IngestOptions.Read(settings).Hub);
    }

    public bool HasStorage => Storage.ConnectionString is not null || Storage is { BlobService: not null, QueueService: not null };

    /// <summary>Opens the Event Hub.</summary>
    /// <param name="login">The identity for a connection, by its client id.</param>
    public HubReader OpenHub(Func<string?, TokenCredential> login) =>
        new(Hub, HostStorage.ConnectionString is null && HostStorage.BlobService is null ? null : HostStorage, login);

    public IEnumerable<CheckResult> Report()
    {
        foreach (var problem in Settings.Problems.Take(MostLines))
            yield return CheckResult.Fail(Check, problem, "Correct it: the app does not start until then.");
        foreach (var warning in Settings.Warnings.Take(MostLines))
            yield return CheckResult.Warn(Check, warning, "Correct the setting.");
        if (Settings.Problems.Count == 0)
            yield return CheckResult.Ok(Check, $"The app starts with them. Redaction: {(Relay.Redaction.Policy.ExcludeRequestData ? "prompts and completions are dropped." : "prompts and completions are sent (Redaction__ExcludeRequestData is false).")}");
    }
}
