using SpanRelay.Buffers;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;

namespace SpanRelay.Pipeline;

/// <summary>Dead-letters the spans and events of a batch that cannot be delivered. What cannot be stored is held.</summary>
internal sealed class BatchDeadLetters(DeadLetterWriter writer, BatchProgress progress)
{
    /// <summary>Quarantines the event if it cannot be read, and dead-letters the spans that Dynatrace would drop.</summary>
    /// <param name="heldBefore">Why the batch was held at its last delivery, if it was.</param>
    public async ValueTask WriteAsync(SortedEvent sorted, Response? heldBefore, CancellationToken cancellationToken)
    {
        if (!sorted.Redacted.IsReadable)
        {
            await QuarantineAsync(sorted, cancellationToken);
            return;
        }

        foreach (var expired in sorted.Expired)
        {
            if (await WriteExpiredAsync(sorted, expired, heldBefore, cancellationToken) is { } failure)
                progress.Held(expired.Places.Length - expired.Before, failure);
            else
                progress.Expired(sorted.Event.Settled, expired);
        }
    }

    /// <summary>Dead-letters one unit of a request.</summary>
    /// <returns>Null when it is stored; otherwise why it must be held.</returns>
    public ValueTask<Response?> WriteAsync(DeadLetterReason reason, IDivisible export, int unit, Response response, CancellationToken cancellationToken)
    {
        var run = export.SpansOf(unit..(unit + 1)).Single();
        var undeliverable = new Undeliverable
        {
            Reason = reason,
            Event = run.Event.Key,
            EnqueuedAt = run.Event.EnqueuedAt,
            FirstPlace = run.Event.PlaceOf(run.First),
            Spans = run.Count,
            Payload = export.Bytes(unit..(unit + 1)),
            Response = response,
        };
        return writer.WriteAsync(undeliverable, cancellationToken);
    }

    private async ValueTask QuarantineAsync(SortedEvent sorted, CancellationToken cancellationToken)
    {
        if (sorted.SettledBefore > 0)
            return;

        var undeliverable = new Undeliverable
        {
            Reason = DeadLetterReason.Unreadable,
            Event = sorted.Event.Key,
            EnqueuedAt = sorted.Event.EnqueuedAt,
            Payload = sorted.Redacted.Incoming.Body,
            Problem = sorted.Redacted.Result.Problem,
        };
        if (await writer.WriteAsync(undeliverable, cancellationToken) is { } failure)
            progress.QuarantineFailed(failure);
        else
            progress.Quarantined(sorted.Event.Settled);
    }

    private async ValueTask<Response?> WriteExpiredAsync(
        SortedEvent sorted, ExpiredSpans expired, Response? heldBefore, CancellationToken cancellationToken)
    {
        using var payload = new PooledBuffer();
        SpanSelection.Copy(sorted.Redacted.Export.Span, expired.Places, payload);
        var undeliverable = new Undeliverable
        {
            Reason = expired.Reason,
            Event = sorted.Event.Key,
            EnqueuedAt = sorted.Event.EnqueuedAt,
            Spans = expired.Places.Length,
            Payload = payload.WrittenMemory,
            Response = expired.Reason == DeadLetterReason.TooOld && heldBefore is { Failure: not FailureKind.StorageUnavailable } ? heldBefore : null,
            Age = expired.Reason == DeadLetterReason.TooFarAhead ? sorted.NewestAge : sorted.OldestAge,
        };
        return await writer.WriteAsync(undeliverable, cancellationToken);
    }
}
