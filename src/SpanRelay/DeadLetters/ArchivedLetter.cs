using System.Globalization;
using SpanRelay.Replay;

namespace SpanRelay.DeadLetters;

/// <summary>A dead letter or an incident as a list of the archive shows it: what is stored of it, and the summary of its record.</summary>
public sealed record ArchivedLetter
{
    public required string Id { get; init; }

    /// <summary>Under which it is filed: the day on which the event came.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Null while it is not recorded, or when that failed.</summary>
    public RecordSummary? Summary { get; init; }

    /// <summary>Null for an incident, and where it was deleted by other means.</summary>
    public StoredPayload? Payload { get; init; }

    public bool IsRecorded => Summary is not null;

    public bool IsIncident => Summary is { Reason: null };

    /// <summary>The payload is an event as it came: not redacted.</summary>
    public bool IsQuarantined => Payload?.IsRaw ?? Summary?.Reason == DeadLetterReason.Unreadable;

    public bool IsReplayed => Payload?.Replayed is not null;

    /// <summary>When it was set aside.</summary>
    public DateTimeOffset At => Summary?.At ?? Payload!.StoredAt;

    /// <summary>The blobs' common name, without ending.</summary>
    internal string Name => NameOf(Day, Id);

    internal static string NameOf(DateOnly day, string id) => string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(day)}{id}");

    internal static string PrefixOf(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy'/'MM'/'dd'/'}");
}

/// <summary>A payload in the storage account.</summary>
/// <param name="IsRaw">In the quarantine, as it came; otherwise redacted and compressed.</param>
/// <param name="Bytes">As it is stored.</param>
/// <param name="Replayed">Null while it was not replayed.</param>
public sealed record StoredPayload(bool IsRaw, long Bytes, DateTimeOffset StoredAt, ReplayMark? Replayed);
