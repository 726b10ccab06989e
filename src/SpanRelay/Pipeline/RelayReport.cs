using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using SpanRelay.Dynatrace;
using SpanRelay.Redaction;

namespace SpanRelay.Pipeline;

/// <summary>
/// The counts of one batch. Every span counts as exactly one of delivered, dead-lettered, held and settled before; every event as one of
/// read, undecodable (quarantined), held and settled before.
/// </summary>
public sealed class RelayReport
{
    private const string LogPrefix = "Forwarded ";
    private const int MaxServices = 32;
    private const string OtherServices = "(other)";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public string Partition { get; init; } = "?";

    public long Events { get; set; }

    /// <summary>Events whose spans could be read.</summary>
    public long EventsRead { get; set; }

    /// <summary>Events that could not be read; how many spans they held is unknown.</summary>
    public long UndecodableEvents { get; set; }

    public long Spans { get; set; }

    public long SpansDelivered { get; set; }

    public long SpansDeadLettered { get; set; }

    /// <summary>Dead-lettered spans that ended too long ago or too far ahead for Dynatrace to keep.</summary>
    public long SpansExpired { get; set; }

    public long SpansHeld { get; set; }

    /// <summary>Events that could be neither read nor quarantined.</summary>
    public long UndecodableHeld { get; set; }

    /// <summary>Unreadable events of a redelivered batch that an earlier attempt quarantined.</summary>
    public long UndecodableSettledBefore { get; set; }

    /// <summary>Spans of a redelivered batch that were delivered or dead-lettered by an earlier attempt. They are not sent again.</summary>
    public long SpansSettledBefore { get; set; }

    /// <summary>Why spans are held; null when none are. Logged on its own, not with the counts.</summary>
    [JsonIgnore]
    public Response? ReasonHeld { get; set; }

    public long Requests { get; set; }

    public long AttributesRemoved { get; set; }

    public long UnknownFieldsRemoved { get; set; }

    /// <summary>How often each rule, detector and pattern removed or changed something.</summary>
    public SortedDictionary<string, long> Redactions { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Size of the events' bodies as received.</summary>
    public long BytesIn { get; set; }

    /// <summary>Size of the request bodies as sent: redacted and compressed.</summary>
    public long BytesOut { get; set; }

    /// <summary>By service name, empty for none: a bounded number, and <c>(other)</c>.</summary>
    public SortedDictionary<string, Savings> Savings { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Age of the span that ended first, in whole seconds; null when no span had an end.</summary>
    public long? OldestSpanSeconds { get; set; }

    /// <summary>Each span and each event counts as exactly one outcome. Holds for batches that were settled or held; one that was aborted has no report.</summary>
    [JsonIgnore]
    public bool IsBalanced =>
        Spans == SpansDelivered + SpansDeadLettered + SpansHeld + SpansSettledBefore
        && Events == EventsRead + UndecodableEvents + UndecodableHeld + UndecodableSettledBefore;

    /// <summary>Nothing is held: the batch may be checkpointed.</summary>
    [JsonIgnore]
    public bool IsSettled => SpansHeld == 0 && UndecodableHeld == 0;

    internal void Note(in RedactionResult result, DateTimeOffset now)
    {
        EventsRead++;
        Spans += result.Spans;
        AttributesRemoved += result.AttributesRemoved;
        UnknownFieldsRemoved += result.UnknownFieldsRemoved;
        if (result.OldestEndUnixNano != ulong.MaxValue)
            NoteAge(now.ToUnixTimeSeconds() - (long)(result.OldestEndUnixNano / 1_000_000_000));
    }

    internal void NoteRedactions(IReadOnlyList<string> rules, ReadOnlySpan<int> hits)
    {
        for (var i = 0; i < hits.Length; i++)
        {
            if (hits[i] > 0)
                Redactions[rules[i]] = Redactions.GetValueOrDefault(rules[i]) + hits[i];
        }
    }

    internal void NoteSavings(string service, long received, WithheldBytes withheld)
    {
        if (!Savings.TryGetValue(service, out var savings))
        {
            service = Savings.Count < MaxServices ? service : OtherServices;
            Savings.TryAdd(service, new Savings());
            savings = Savings[service];
        }

        savings.Add(received, withheld);
    }

    private void NoteAge(long? seconds) =>
        OldestSpanSeconds = seconds is null ? OldestSpanSeconds : Math.Max(OldestSpanSeconds ?? long.MinValue, seconds.Value);

    /// <summary>Adds another batch's counts to these.</summary>
    public void Add(RelayReport other)
    {
        Events += other.Events;
        EventsRead += other.EventsRead;
        UndecodableEvents += other.UndecodableEvents;
        Spans += other.Spans;
        SpansDelivered += other.SpansDelivered;
        SpansDeadLettered += other.SpansDeadLettered;
        SpansExpired += other.SpansExpired;
        SpansHeld += other.SpansHeld;
        UndecodableHeld += other.UndecodableHeld;
        UndecodableSettledBefore += other.UndecodableSettledBefore;
        SpansSettledBefore += other.SpansSettledBefore;
        Requests += other.Requests;
        AttributesRemoved += other.AttributesRemoved;
        UnknownFieldsRemoved += other.UnknownFieldsRemoved;
        BytesIn += other.BytesIn;
        BytesOut += other.BytesOut;
        foreach (var (rule, count) in other.Redactions)
            Redactions[rule] = Redactions.GetValueOrDefault(rule) + count;
        foreach (var (service, each) in other.Savings)
            NoteSavings(service, each.Received, new WithheldBytes(each.Content, each.Credentials, each.UnknownFields, each.Policy));
        NoteAge(other.OldestSpanSeconds);
    }

    /// <summary>The counts as one JSON object, as <see cref="TryParse"/> reads it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The line that the log gets for each batch.</summary>
    public override string ToString() => LogPrefix + ToJson();

    /// <summary>Reads the report that <see cref="ToString"/> wrote, wherever in a log line it starts.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out RelayReport? report)
    {
        report = null;
        var start = line.IndexOf(LogPrefix + '{', StringComparison.Ordinal);
        if (start < 0)
            return false;

        try
        {
            report = JsonSerializer.Deserialize<RelayReport>(line.AsSpan(start + LogPrefix.Length), Json);
        }
        catch (JsonException)
        {
            return false;
        }

        return report is not null;
    }
}
