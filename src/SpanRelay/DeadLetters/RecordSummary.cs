using System.Globalization;

namespace SpanRelay.DeadLetters;

/// <summary>What a list shows of a record. It is metadata of the record's blob, so that a list need not read the record.</summary>
public sealed record RecordSummary
{
    // Metadata may have 8 KB in all.
    private const int LongestServices = 4_000;
    internal const int LongestName = 100;
    private const long MostSpans = 100_000_000; // More than any payload holds; sums of it stay far from overflow.
    private const string Incident = "Incident";

    /// <summary>The diagnosis's code.</summary>
    public required string Cause { get; init; }

    /// <summary>Why it was dead-lettered; null for an incident.</summary>
    public required DeadLetterReason? Reason { get; init; }

    public required DateTimeOffset At { get; init; }

    public long Spans { get; init; }

    /// <summary>The services whose spans these are, the first few.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public string Partition { get; init; } = "?";

    /// <summary>Null where there is nothing to send.</summary>
    public DateTimeOffset? ReplayableUntil { get; init; }

    public static RecordSummary From(DeadLetterRecord record) => new()
    {
        Cause = OneLine.From(record.Diagnosis.Code, LongestName),
        Reason = record.Letter.Reason,
        At = record.Letter.At,
        Spans = Math.Clamp(record.Letter.Spans, 0, MostSpans),
        Services = [.. record.Services.Select(service => OneLine.From(service, LongestName))],
        Partition = DeadLetter.PartitionOf(record.Letter.Partition),
        ReplayableUntil = record.ReplayableUntil,
    };

    /// <summary>Metadata travels as HTTP headers: ASCII, and no empty values.</summary>
    public Dictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["cause"] = Cause,
            ["reason"] = Reason?.ToString() ?? Incident,
            ["at"] = Text(At),
            ["spans"] = Spans.ToString(CultureInfo.InvariantCulture),
            ["partition"] = Uri.EscapeDataString(Partition),
        };
        if (ServicesText() is { Length: > 0 } services)
            metadata["services"] = services;
        if (ReplayableUntil is { } until)
            metadata["replayableuntil"] = Text(until);
        return metadata;
    }

    /// <returns>Null when the blob does not have the metadata: the record itself has to be read.</returns>
    public static RecordSummary? FromMetadata(IDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("cause", out var cause) || Time("at") is not { } at || !metadata.TryGetValue("reason", out var reasonText))
            return null;

        DeadLetterReason? reason = Enum.TryParse<DeadLetterReason>(reasonText, out var parsed) && Enum.IsDefined(parsed) ? parsed : null;
        if (reason is null && reasonText != Incident)
            return null;

        return new RecordSummary
        {
            Cause = OneLine.From(cause, LongestName),
            Reason = reason,
            At = at,
            Spans = metadata.TryGetValue("spans", out var spans) && long.TryParse(spans, CultureInfo.InvariantCulture, out var count) ? Math.Clamp(count, 0, MostSpans) : 0,
            Services = metadata.TryGetValue("services", out var services) ? [.. services.Split(',').Select(Uri.UnescapeDataString).Select(service => OneLine.From(service, LongestName))] : [],
            Partition = metadata.TryGetValue("partition", out var partition) ? DeadLetter.PartitionOf(Uri.UnescapeDataString(partition)) : "?",
            ReplayableUntil = Time("replayableuntil"),
        };

        DateTimeOffset? Time(string key) => metadata.TryGetValue(key, out var text) ? ReadTime(text) : null;
    }

    internal static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    internal static DateTimeOffset? ReadTime(string text) =>
        DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private string ServicesText()
    {
        var text = "";
        foreach (var service in Services.Where(service => service.Length > 0).Select(Uri.EscapeDataString))
        {
            if (text.Length + service.Length > LongestServices)
                break;
            text += text.Length == 0 ? service : "," + service;
        }

        return text;
    }
}
