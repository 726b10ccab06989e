using SpanRelay.Settings;

namespace SpanRelay.Ingest;

/// <summary>Settings of the OTLP address.</summary>
public sealed record IngestOptions
{
    /// <summary>Where exports are sent to.</summary>
    public required HubOptions Hub { get; init; }

    /// <summary>
    /// Whether exports are redacted before they are sent to the Event Hub. Default: true. The relay redacts whatever it reads from the
    /// Event Hub; turn this off only if other consumers of the Event Hub may see prompts, and need them.
    /// </summary>
    /// <setting name="Ingest__Redact">Redact what is sent to the [OTLP address](ingest.md) before it is in the Event Hub; `false` only if other consumers of the Event Hub need prompts. The relay redacts in any case.</setting>
    public bool Redact { get; init; } = true;

    /// <summary>
    /// The size in bytes up to which an event is filled, compressed. Default: 1,000,000. Event Hubs accepts 1 MB in total; in the Basic tier
    /// 256 KB: set 250000 there.
    /// </summary>
    /// <setting name="Ingest__MaxEventBytes">Size in bytes of the events that exports are split into, compressed. Event Hubs Basic: 250000.</setting>
    public int MaxEventBytes { get; init; } = 1_000_000;

    /// <summary>
    /// How long the Event Hub may take to accept an export before the sender gets 503. Default: 4 seconds. OpenTelemetry's exporters give up
    /// after 10 seconds, retries included; raise it only where theirs is longer.
    /// </summary>
    /// <setting name="Ingest__SendTimeout">How long the Event Hub may take to accept an export before the sender gets 503 and retries.</setting>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Reads the settings. Problems are collected in the reader; with any, the result must not be used.</summary>
    public static IngestOptions Read(SettingsReader settings)
    {
        var defaults = new IngestOptions { Hub = HubOptions.Read(settings) };
        var options = defaults with
        {
            Redact = settings.Flag("Ingest__Redact", defaults.Redact),
            MaxEventBytes = settings.Number("Ingest__MaxEventBytes", defaults.MaxEventBytes, 50_000, defaults.MaxEventBytes),
            SendTimeout = settings.Duration("Ingest__SendTimeout", defaults.SendTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)),
        };
        settings.ReportUnknown("Ingest");
        return options;
    }
}
