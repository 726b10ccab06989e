using SpanRelay.Buffers;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;

namespace SpanRelay.Pipeline;

/// <summary>
/// Dead-letters the spans and events of a batch that cannot be delivered. What cannot be stored is held. Once failures have
/// cost a certain time, nothing more of the batch is stored: the rest of it must not wait for the storage account.
/// </summary>
internal sealed class BatchDeadLetters(DeadLetterWriter writer, BatchProgress progress, TimeProvider time)
{
    private static readonly TimeSpan MostTimeLost = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private TimeSpan _timeLost;

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

    /// <summary>Dead-letters units of a request that belong to one event.</summary>
    /// <returns>Null when they are stored; otherwise why they must be held.</returns>
    public ValueTask<Response?> WriteAsync(DeadLetterReason reason, IDivisible export, Range units, Response response, CancellationToken cancellationToken)
    {
        var run = export.SpansOf(units).Single();
        var undeliverable = new Undeliverable
        {
            Reason = reason,
            Event = run.Event.Key,
            EnqueuedAt = run.Event.EnqueuedAt,
            FirstPlace = run.Event.PlaceOf(run.First),
            Spans = run.Count,
            Payload = export.Bytes(units),
            Response = response,
        };
        return StoreAsync(undeliverable, cancellationToken);
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
        if (await StoreAsync(undeliverable, cancellationToken) is { } failure)
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
        return await StoreAsync(undeliverable, cancellationToken);
    }

    private async ValueTask<Response?> StoreAsync(Undeliverable what, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_timeLost >= MostTimeLost)
                return new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.StorageUnavailable, Message = $"The dead letter was not stored. {DeadLetterStorage.Account} failed several times for this batch, or took too long." };
        }

        var start = time.GetTimestamp();
        if (await writer.WriteAsync(what, cancellationToken) is not { } failure)
            return null;

        lock (_lock)
            _timeLost += time.GetElapsedTime(start);
        return failure;
    }
}
