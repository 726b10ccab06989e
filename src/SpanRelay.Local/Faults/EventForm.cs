namespace SpanRelay.Local.Faults;

/// <summary>A form in which something may arrive in the Event Hub, and what becomes of it.</summary>
/// <param name="Name">What it is, for docs/event-forms.md.</param>
/// <param name="Create">Its bytes, with spans that end at the given time.</param>
internal sealed record EventForm(string Name, Func<DateTimeOffset, byte[]> Create)
{
    /// <summary>The form under which it is counted; null when it is quarantined.</summary>
    public string? ReadAs { get; init; }

    /// <summary>How many spans it holds that are read.</summary>
    public int Spans { get; init; }

    /// <summary>The cause in the record, of the event or of its spans; null when the spans are delivered.</summary>
    public string? Cause { get; init; }
}
