using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace SpanRelay.Telemetry;

/// <summary>
/// The relay's own metrics, with the attributes that each has. docs/metrics.md is generated from it. No attribute takes a value that a
/// sender chooses, so that none can make a series of its own for each event.
/// </summary>
public static class RelayMetrics
{
    // Attribute keys.
    internal const string Cause = "cause";
    internal const string ErrorType = "error.type";
    internal const string Form = "form";
    internal const string MayDuplicate = "may_duplicate";
    internal const string Outcome = "outcome";
    internal const string Partition = "partition";
    internal const string Reason = "reason";
    internal const string Rule = "rule";
    internal const string Signal = "signal";
    internal const string Source = "source";
    internal const string Status = "http.response.status_code";

    // Values of Source.
    internal const string EventHub = "event_hub";
    internal const string Ingest = "ingest";
    internal const string Replay = "replay";

    private static readonly Meter Meter = new(RelayTelemetry.Name);
    private static readonly List<(Instrument Instrument, string[] Attributes)> Created = [];

    /// <summary>Gates that let only probes through. A process has one, and more only while one takes another's place.</summary>
    internal static readonly ConcurrentDictionary<object, bool> ClosedGates = [];

    internal static readonly Counter<long> Events = Count("spanrelay.events", "{event}", "Events of the Event Hub: read, quarantined as unreadable, held, or quarantined by an earlier delivery (settled_before).", Outcome, Source);
    internal static readonly Counter<long> EventsByForm = Count("spanrelay.events.by_form", "{event}", "Events and ingested exports decoded, by encoding and what it was wrapped in; unread for those that could not be decoded.", Form);
    internal static readonly Counter<long> SpansReceived = Count("spanrelay.spans.received", "{span}", "Spans read from events. A redelivered event counts again.", Source);
    internal static readonly Counter<long> Spans = Count("spanrelay.spans", "{span}", "What became of the spans received: delivered, dead_lettered, held, or settled by an earlier delivery (settled_before). Their sum is spanrelay.spans.received.", Outcome, Source);
    internal static readonly Counter<long> BytesReceived = Count("spanrelay.batch.bytes.received", "By", "Size of the events' bodies.", Source);
    internal static readonly Counter<long> BytesWithheld = Count("spanrelay.batch.bytes.withheld", "By", "What redaction removed, as uncompressed protobuf: content, credentials, unknown_fields, or by a rule of the policy (policy).", Reason, Source);
    internal static readonly Counter<long> BytesSent = Count("spanrelay.batch.bytes.sent", "By", "Size of the request bodies sent: redacted and compressed. A retry counts again.", Source);
    internal static readonly Counter<long> Redactions = Count("spanrelay.redactions", "{redaction}", "Changes by redaction, by the name of the rule, detector or pattern.", Rule, Source);
    internal static readonly Counter<long> AttributesRemoved = Count("spanrelay.attributes.removed", "{attribute}", "Attributes that redaction dropped.", Source);
    internal static readonly Counter<long> FieldsRemoved = Count("spanrelay.fields.removed", "{field}", "Fields dropped because the OTLP schema does not know them and they could hold text.", Source);

    internal static readonly Histogram<double> BatchDuration = Measure(
        "spanrelay.batch.duration", "s", "Time from a batch's arrival until it is settled, held or aborted (cancelled or failed).", [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120], Outcome, Source);

    internal static readonly Gauge<double> BatchLag = Value("spanrelay.batch.lag", "s", "Age of a batch's oldest event when the batch arrives: how far the relay is behind in this partition.", Partition);

    internal static readonly Histogram<double> OldestSpanAge = Measure(
        "spanrelay.batch.oldest_span_age", "s", "Time since the end of a batch's oldest span, once the batch is done. Dynatrace silently drops spans after 3,600 s.", [1, 5, 15, 60, 300, 900, 1_800, 2_700, 3_480, 3_600], Source);

    internal static readonly Histogram<double> RequestDuration = Measure(
        "spanrelay.request.duration", "s", "Requests to Dynatrace by what happens next, and how long they took. The status is absent where there was no response, the error type where there was one.", [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30], Signal, Outcome, Status, ErrorType);

    internal static readonly Counter<long> RequestsRepeated = Count("spanrelay.requests.repeated", "{request}", "Requests sent again within an invocation. With may_duplicate, the response to the previous one was lost, and Dynatrace may have accepted it.", MayDuplicate);
    internal static readonly ObservableGauge<int> GateClosed = Observe("spanrelay.delivery.gate_closed", "{gate}", () => ClosedGates.IsEmpty ? 0 : 1, "1 while Dynatrace refuses every request (token, address) and only single requests probe whether that has changed; else 0.");
    internal static readonly Histogram<double> TurnWait = Measure("spanrelay.memory.wait", "s", "Time that an event waited until memory was free to decode it. Those that need not wait are not counted.", [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60]);
    internal static readonly Counter<long> DeadLettersStored = Count("spanrelay.dead_letters.stored", "{dead_letter}", "Dead letters stored, by why the relay did not deliver.", Reason);
    internal static readonly Counter<long> DeadLettersNotStored = Count("spanrelay.dead_letters.not_stored", "{dead_letter}", "Dead letters that the storage account did not accept: what they hold is held.", Reason);
    internal static readonly Counter<long> DeadLetters = Count("spanrelay.dead_letters", "{dead_letter}", "Dead letters diagnosed and recorded, by cause (docs/troubleshooting.md).", Cause);
    internal static readonly Counter<long> DeadLetterSpans = Count("spanrelay.dead_letters.spans", "{span}", "Spans in the dead letters recorded, by cause.", Cause);
    internal static readonly Counter<long> Incidents = Count("spanrelay.incidents", "{incident}", "Incident reports, by cause; one every five minutes while an incident lasts.", Cause);
    internal static readonly Counter<long> MetricsLost = Count("spanrelay.metrics.lost", "{span}", "Delivered model spans whose metrics (GenAi__Metrics) could not be sent, or may not have arrived.");
    internal static readonly Counter<long> MetricsRejected = Count("spanrelay.metrics.rejected", "{data_point}", "Data points of those metrics that Dynatrace rejected.");
    internal static readonly Counter<long> IngestRequests = Count("spanrelay.ingest.requests", "{request}", "Requests to the app's OTLP addresses, by the status of the reply.", Status);
    internal static readonly Counter<long> IngestBytes = Count("spanrelay.ingest.bytes", "By", "Size of the exports that ingest admitted, as received.");
    internal static readonly Gauge<double> TokenDaysLeft = Value("spanrelay.token.days_left", "d", "Days until the token in use expires, at each check of the token (Dynatrace__TokenRefresh). Absent where no expiry is known.");
    internal static readonly Counter<long> TokenVaultFailures = Count("spanrelay.token.vault_failures", "{read}", "Reads of the token that Key Vault failed.");
    internal static readonly Counter<long> TokenFallbacks = Count("spanrelay.token.fallbacks", "{fallback}", "Times that an older token was used because Dynatrace refused the newest.");

    /// <summary>All of them, in the order of the table, and the keys of their attributes.</summary>
    public static IReadOnlyList<(Instrument Instrument, string[] Attributes)> All => Created;

    /// <summary>Counts a reply of the app's OTLP addresses.</summary>
    public static void CountIngest(int status) => IngestRequests.Add(1, new KeyValuePair<string, object?>(Status, status));

    /// <summary>An enumeration's value as an attribute's: <c>RetryLater</c> is <c>retry_later</c>.</summary>
    internal static string ValueOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static Counter<long> Count(string name, string unit, string description, params string[] attributes) =>
        Keep(Meter.CreateCounter<long>(name, unit, description), attributes);

    /// <summary>A state: asked for at each export, so that it is reported for as long as it lasts, whichever temporality the receiver takes.</summary>
    private static ObservableGauge<int> Observe(string name, string unit, Func<int> value, string description) => Keep(Meter.CreateObservableGauge(name, value, unit, description), []);

    private static Gauge<double> Value(string name, string unit, string description, params string[] attributes) =>
        Keep(Meter.CreateGauge<double>(name, unit, description), attributes);

    private static Histogram<double> Measure(string name, string unit, string description, double[] boundaries, params string[] attributes) =>
        Keep(Meter.CreateHistogram(name, unit, description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries }), attributes);

    private static T Keep<T>(T instrument, string[] attributes)
        where T : Instrument
    {
        Created.Add((instrument, attributes));
        return instrument;
    }
}
