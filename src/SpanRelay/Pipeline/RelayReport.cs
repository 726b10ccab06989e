using System.Globalization;
using SpanRelay.Dynatrace;
using SpanRelay.Redaction;

namespace SpanRelay.Pipeline;

/// <summary>What one batch came to, in counts. Every span is in exactly one of delivered, set aside, held and settled before.</summary>
public sealed class RelayReport
{
    public string Partition { get; init; } = "?";

    public long Events { get; set; }

    /// <summary>Events that could not be read: how many spans they held is not known.</summary>
    public long UndecodableEvents { get; set; }

    public long Spans { get; set; }

    public long SpansDelivered { get; set; }

    public long SpansDeadLettered { get; set; }

    /// <summary>Of those set aside, the ones whose end lies outside what Dynatrace takes.</summary>
    public long SpansExpired { get; set; }

    public long SpansHeld { get; set; }

    /// <summary>Events that could not be read, and could not be set aside either.</summary>
    public long UndecodableHeld { get; set; }

    /// <summary>Spans of a batch that came again which were delivered or set aside when it came before. They are not sent again.</summary>
    public long SpansSettledBefore { get; set; }

    /// <summary>Why something is held; null when nothing is. Not among what is logged as counts.</summary>
    public Response? ReasonHeld { get; set; }

    public long Requests { get; set; }

    public long AttributesRemoved { get; set; }

    public long UnknownFieldsRemoved { get; set; }

    /// <summary>What was redacted, by rule, detector and pattern: attributes dropped, values and texts changed, finds in texts.</summary>
    public SortedDictionary<string, long> Redactions { get; } = new(StringComparer.Ordinal);

    /// <summary>The events' bodies, as they came.</summary>
    public long BytesIn { get; set; }

    /// <summary>The requests' bodies, as they were sent: redacted and compressed.</summary>
    public long BytesOut { get; set; }

    /// <summary>Since the end of the span that ended first, in whole seconds; null when no span had an end.</summary>
    public long? OldestSpanSeconds { get; set; }

    /// <summary>Nothing is held: the batch may be settled.</summary>
    public bool IsSettled => SpansHeld == 0 && UndecodableHeld == 0;

    internal void Note(in RedactionResult result, DateTimeOffset now)
    {
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

    private void NoteAge(long? seconds) =>
        OldestSpanSeconds = seconds is null ? OldestSpanSeconds : Math.Max(OldestSpanSeconds ?? long.MinValue, seconds.Value);

    /// <summary>Adds another batch's counts to these.</summary>
    public void Add(RelayReport other)
    {
        Events += other.Events;
        UndecodableEvents += other.UndecodableEvents;
        Spans += other.Spans;
        SpansDelivered += other.SpansDelivered;
        SpansDeadLettered += other.SpansDeadLettered;
        SpansExpired += other.SpansExpired;
        SpansHeld += other.SpansHeld;
        UndecodableHeld += other.UndecodableHeld;
        SpansSettledBefore += other.SpansSettledBefore;
        Requests += other.Requests;
        AttributesRemoved += other.AttributesRemoved;
        UnknownFieldsRemoved += other.UnknownFieldsRemoved;
        BytesIn += other.BytesIn;
        BytesOut += other.BytesOut;
        foreach (var (rule, count) in other.Redactions)
            Redactions[rule] = Redactions.GetValueOrDefault(rule) + count;
        NoteAge(other.OldestSpanSeconds);
    }

    /// <summary>The counts as <c>name=value</c>, for logs: people read it, and queries can take it apart.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"partition={Partition} events={Events} undecodable={UndecodableEvents} spans={Spans} delivered={SpansDelivered} setAside={SpansDeadLettered} expired={SpansExpired} held={SpansHeld} undecodableHeld={UndecodableHeld} settledBefore={SpansSettledBefore} requests={Requests} attributesRemoved={AttributesRemoved} unknownFieldsRemoved={UnknownFieldsRemoved} redactions={RedactionsText()} bytesIn={BytesIn} bytesOut={BytesOut} oldestSpanSeconds={OldestSpanSeconds}");

    private string RedactionsText() =>
        string.Join(',', Redactions.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Key}/{each.Value}")));

    /// <summary>Reads what <see cref="ToString"/> wrote, wherever in a log line it stands.</summary>
    /// <returns>Null when the line holds no report.</returns>
    public static RelayReport? Parse(string line)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                values[word[..equals]] = word[(equals + 1)..];
        }

        return values.ContainsKey("delivered") && values.ContainsKey("held") ? Of(values) : null;
    }

    private static RelayReport Of(Dictionary<string, string> values)
    {
        var report = new RelayReport
        {
            Partition = values.GetValueOrDefault("partition", "?"),
            Events = Number("events") ?? 0,
            UndecodableEvents = Number("undecodable") ?? 0,
            Spans = Number("spans") ?? 0,
            SpansDelivered = Number("delivered") ?? 0,
            SpansDeadLettered = Number("setAside") ?? 0,
            SpansExpired = Number("expired") ?? 0,
            SpansHeld = Number("held") ?? 0,
            UndecodableHeld = Number("undecodableHeld") ?? 0,
            SpansSettledBefore = Number("settledBefore") ?? 0,
            Requests = Number("requests") ?? 0,
            AttributesRemoved = Number("attributesRemoved") ?? 0,
            UnknownFieldsRemoved = Number("unknownFieldsRemoved") ?? 0,
            BytesIn = Number("bytesIn") ?? 0,
            BytesOut = Number("bytesOut") ?? 0,
            OldestSpanSeconds = Number("oldestSpanSeconds"),
        };
        foreach (var redaction in values.GetValueOrDefault("redactions", "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var slash = redaction.LastIndexOf('/');
            if (slash > 0 && long.TryParse(redaction.AsSpan(slash + 1), CultureInfo.InvariantCulture, out var count))
                report.Redactions[redaction[..slash]] = count;
        }

        return report;

        long? Number(string name) =>
            long.TryParse(values.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
