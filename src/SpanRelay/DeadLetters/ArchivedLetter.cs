using System.Globalization;

namespace SpanRelay.DeadLetters;

/// <summary>A dead letter or an incident as a list shows it: what is stored, and the summary of its record.</summary>
public sealed record ArchivedLetter
{
    public required string Id { get; init; }

    /// <summary>The day under which it is stored: when the event was enqueued.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Null when it is not recorded (yet).</summary>
    public RecordSummary? Summary { get; init; }

    /// <summary>Null for an incident, and where it was deleted by other means.</summary>
    public StoredPayload? Payload { get; init; }

    public bool IsRecorded => Summary is not null;

    public bool IsIncident => Summary is { Reason: null };

    /// <summary>The payload is an event as received: not redacted.</summary>
    public bool IsQuarantined => Payload?.IsRaw ?? Summary?.Reason == DeadLetterReason.Unreadable;

    public bool IsReplayed => Payload?.Replayed is not null;

    /// <summary>When it was dead-lettered.</summary>
    public DateTimeOffset At => Summary?.At ?? Payload!.StoredAt;

    /// <summary>The blobs' common name, without ending.</summary>
    internal string Name => NameOf(Day, Id);

    internal static string NameOf(DateOnly day, string id) => string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(day)}{id}");

    internal static string PrefixOf(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy'/'MM'/'dd'/'}");
}

/// <summary>A payload in the storage account.</summary>
/// <param name="IsRaw">In the quarantine, as received; otherwise redacted and compressed.</param>
/// <param name="Bytes">As stored.</param>
/// <param name="Replayed">Null when it was not replayed.</param>
public sealed record StoredPayload(bool IsRaw, long Bytes, DateTimeOffset StoredAt, ReplayMark? Replayed);
