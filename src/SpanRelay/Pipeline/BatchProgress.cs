using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;

namespace SpanRelay.Pipeline;

/// <summary>Books what becomes of each span of a batch, once. For use by several requests at a time.</summary>
internal sealed class BatchProgress(RelayReport report)
{
    private readonly Lock _lock = new();
    private readonly List<(EventKey Key, SpanSet Settled)> _events = [];
    private volatile Response? _reasonHeld;
    private volatile bool _hasPassed;

    /// <summary>Why something of the batch is held; null while nothing is.</summary>
    public Response? ReasonHeld => _reasonHeld;

    /// <summary>Dynatrace looked at a request of the batch: token and address are good.</summary>
    public bool HasPassed => _hasPassed;

    public IReadOnlyList<(EventKey Key, SpanSet Settled)> Events => _events;

    /// <summary>An event was read.</summary>
    public void Note(EventKey key, SpanSet settled)
    {
        lock (_lock)
            _events.Add((key, settled));
    }

    public void Sent(int requests, long bytes, Response answer)
    {
        lock (_lock)
        {
            _hasPassed |= !answer.Outcome.IsHeld();
            report.Requests += requests;
            report.BytesOut += bytes;
        }
    }

    /// <summary>They arrived, except so many.</summary>
    public void Delivered(IEnumerable<SpanRun> runs, long refused)
    {
        lock (_lock)
        {
            report.SpansDelivered += Settle(runs) - refused;
            report.SpansDeadLettered += refused;
        }
    }

    public void Undeliverable(IEnumerable<SpanRun> runs)
    {
        lock (_lock)
            report.SpansDeadLettered += Settle(runs);
    }

    public void Expired(SpanSet settled, in ExpiredSpans expired)
    {
        lock (_lock)
        {
            foreach (var place in expired.Places)
            {
                if (expired.Reason == DeadLetterReason.TooOld)
                    settled.AddTooOld(place);
                else
                    settled.Add(place);
            }

            report.SpansDeadLettered += expired.Places.Length - expired.Before;
            report.SpansExpired += expired.Places.Length - expired.Before;
        }
    }

    /// <summary>An event that cannot be read was set aside.</summary>
    public void Unreadable(SpanSet settled)
    {
        lock (_lock)
        {
            settled.Add(0);
            report.UndecodableEvents++;
        }
    }

    /// <summary>An event that cannot be read could not be set aside.</summary>
    public void UnreadableHeld(Response reason)
    {
        lock (_lock)
        {
            report.UndecodableHeld++;
            _reasonHeld ??= reason;
        }
    }

    /// <summary>Nothing more of the batch is sent. What is left is to be booked as held.</summary>
    public void MustHold(Response reason)
    {
        lock (_lock)
            _reasonHeld ??= reason;
    }

    public void Held(long spans, Response reason)
    {
        lock (_lock)
        {
            report.SpansHeld += spans;
            _reasonHeld ??= reason;
        }
    }

    private static long Settle(IEnumerable<SpanRun> runs)
    {
        var spans = 0;
        foreach (var run in runs)
        {
            for (var i = run.First; i < run.First + run.Count; i++)
                run.Event.Settled.Add(run.Event.PlaceOf(i));
            spans += run.Count;
        }

        return spans;
    }
}
