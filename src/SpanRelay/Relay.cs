using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SpanRelay.Buffers;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp;
using SpanRelay.Pipeline;
using SpanRelay.Redaction;
using SpanRelay.Sending;
using SpanRelay.Tokens;

namespace SpanRelay;

/// <summary>
/// The whole way: decode, redact, pack, deliver, settle. Every span of every event ends as delivered, set aside or held; while
/// any is held the batch must not be settled, so that the Event Hub brings it again.
/// </summary>
public sealed class Relay(RelayOptions options, DynatraceClient dynatrace, IDeadLetterStore deadLetters, TimeProvider time, ILogger<Relay> log)
{
    private readonly Redactor _redactor = new(options.Redaction, options.ResourceAttributes);
    private readonly SpanLifetime _lifetime = new(options.ChecksSpanEnds ? options.MaxSpanAge : null, time);
    private readonly SettledSpans _memory = new();
    private readonly RequestSender _courier = new(dynatrace, time);
    private readonly DeadLetterWriter _deadLetters = new(deadLetters, options, time, log);

    /// <summary>
    /// Forwards a batch, which stays the caller's; its bodies are released as soon as they are packed. Throws only when
    /// cancelled; what was not delivered by then comes again.
    /// </summary>
    public async Task<RelayReport> ForwardAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        var report = new RelayReport { Partition = batch.Partition, Events = batch.Bodies.Count };
        var ledger = new BatchProgress(report);
        var budget = new RetryBudget(options.RetryBudget, options.AttemptTimeout, time);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelRequests, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(PackAsync(batch, ledger, report, cancellationToken), parallel, async (request, cancelled) =>
            {
                using (request)
                    await DeliverAsync(request, new RejectionBisector(request.Units), ledger, budget, cancelled);
            });
        }
        catch
        {
            _memory.Keep(batch.Partition, ledger.Events, reason: null);
            throw;
        }

        await SettleAsync(batch, ledger, report, cancellationToken);
        return report;
    }

    private async ValueTask SettleAsync(EventBatch batch, BatchProgress ledger, RelayReport report, CancellationToken cancellationToken)
    {
        if (ledger.ReasonHeld is { } reason)
            _memory.Keep(batch.Partition, ledger.Events, reason);
        else
            _memory.Forget(batch.Partition, ledger.Events.Select(each => each.Key));

        if (ledger.HasPassed)
            await _deadLetters.NotePassedAsync(cancellationToken);
        report.ReasonHeld = ledger.ReasonHeld;
        if (ledger.ReasonHeld is { } held)
        {
            log.Held(batch.Partition, report.SpansHeld, held, options.Dynatrace.Endpoint);
            await _deadLetters.NoteHeldAsync(batch.Partition, report.Events, held, cancellationToken);
        }
    }

    /// <summary>Requests as they become full: what is on the way and what is not read yet is all that memory holds.</summary>
    private async IAsyncEnumerable<PackedRequest> PackAsync(
        EventBatch batch, BatchProgress ledger, RelayReport report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var packer = new RequestPacker(options.MaxRequestBytes, batch.Bodies.Sum(body => (long)body.Length));
        using var intake = new EventReader(batch, _redactor, _lifetime, _memory);
        for (var i = 0; i < batch.Bodies.Count; i++)
        {
            report.BytesIn += batch.Bodies[i].Length;
            intake.Read(i);
            ledger.Note(intake.Event.Key, intake.Event.Settled);
            if (intake.Result.Problem != PayloadProblem.None)
                await SetAsideUnreadableAsync(batch.Bodies[i], intake, ledger, cancellationToken);
            else
                await TakeAsync(intake, ledger, report, packer, cancellationToken);

            batch.Bodies[i].Dispose();
            while (packer.TryTakeFull(out var full))
                yield return full!;
        }

        if (packer.TakeLast() is { } last)
            yield return last;
    }

    private async ValueTask TakeAsync(EventReader intake, BatchProgress ledger, RelayReport report, RequestPacker packer, CancellationToken cancellationToken)
    {
        report.Note(intake.Result, time.GetUtcNow());
        report.NoteRedactions(_redactor.Rules, intake.Hits);
        report.SpansSettledBefore += intake.SettledBefore;
        foreach (var expired in intake.Expired)
        {
            if (await SetAsideExpiredAsync(expired, intake, cancellationToken) is { } unkept)
                ledger.Held(expired.Places.Length - expired.Before, unkept);
            else
                ledger.Expired(intake.Event.Settled, expired);
        }

        if (intake.SpansToSend > 0)
            packer.Add(intake.Event, intake.Living().Span, intake.SpansToSend);
    }

    private ValueTask<Response?> SetAsideExpiredAsync(ExpiredSpans expired, EventReader intake, CancellationToken cancellationToken)
    {
        var what = new Undeliverable
        {
            Reason = expired.Reason,
            Event = intake.Event.Key,
            EnqueuedAt = intake.Event.EnqueuedAt,
            Spans = expired.Places.Length,
            Payload = intake.Select(expired.Places),
            Response = expired.Reason == DeadLetterReason.TooOld && _memory.ReasonHeld(intake.Event.Key.Partition) is { Failure: not FailureKind.StorageUnavailable } held ? held : null,
            Age = _lifetime.AgeOf(expired.Reason == DeadLetterReason.TooFarAhead ? intake.Ends.Newest : intake.Ends.Oldest),
        };
        return _deadLetters.WriteAsync(what, cancellationToken);
    }

    private async ValueTask SetAsideUnreadableAsync(PooledBuffer body, EventReader intake, BatchProgress ledger, CancellationToken cancellationToken)
    {
        if (intake.SettledBefore > 0)
            return;

        var what = new Undeliverable
        {
            Reason = DeadLetterReason.Unreadable,
            Event = intake.Event.Key,
            EnqueuedAt = intake.Event.EnqueuedAt,
            Payload = body.WrittenMemory,
            Problem = intake.Result.Problem,
        };
        if (await _deadLetters.WriteAsync(what, cancellationToken) is { } unkept)
            ledger.UnreadableHeld(unkept);
        else
            ledger.Unreadable(intake.Event.Settled);
    }

    /// <summary>Sends what the search asks for until each unit was taken, stands alone as the culprit, or is held with all the rest.</summary>
    private async Task DeliverAsync(IDivisible export, RejectionBisector search, BatchProgress ledger, RetryBudget budget, CancellationToken cancellationToken)
    {
        while (!search.IsDone)
        {
            var bytes = export.Bytes(search.Next);
            var answer = ledger.ReasonHeld ?? await SendAsync(bytes, ledger, budget, cancellationToken);
            if (answer.Outcome is Outcome.Delivered or Outcome.DeliveredInPart)
            {
                if (await SettleAsync(export, search.Next, answer, ledger, cancellationToken))
                    search.Settled();
            }
            else if (answer.Outcome.IsHeld())
            {
                ledger.Held(export.SpansOf(search.Rest).Sum(run => run.Count), answer);
                return;
            }
            else if ((answer.Outcome == Outcome.TooLarge ? search.TooLarge() : search.Refused()) is { } culprit)
            {
                using var spans = export.Divide(culprit);
                if (spans is not null)
                    await DeliverAsync(spans, RejectionBisector.After(answer.Outcome, spans.Units), ledger, budget, cancellationToken);
                else if (await SetAsideAsync(DeadLetterReason.Rejected, export, culprit, answer, cancellationToken) is { } unkept)
                    ledger.Held(export.SpansOf(culprit..(culprit + 1)).Sum(run => run.Count), unkept);
                else
                    ledger.Undeliverable(export.SpansOf(culprit..(culprit + 1)));
            }
        }
    }

    /// <summary>Dynatrace took it. Of a part that was refused nobody says which spans it was, so all of it is set aside.</summary>
    /// <returns>False when that cannot be kept: then it is as if it had not been taken.</returns>
    private async ValueTask<bool> SettleAsync(IDivisible export, Range units, Response answer, BatchProgress ledger, CancellationToken cancellationToken)
    {
        var refused = Math.Min(answer.RejectedSpans, export.SpansOf(units).Sum(run => run.Count));
        for (var unit = units.Start.Value; refused > 0 && unit < units.End.Value; unit++)
        {
            if (await SetAsideAsync(DeadLetterReason.RefusedInPart, export, unit, answer, cancellationToken) is { } unkept)
            {
                ledger.MustHold(unkept);
                return false;
            }
        }

        if (refused == 0 && answer.Message.Length > 0)
            log.AcceptedWithAWord(answer.Message);
        ledger.Delivered(export.SpansOf(units), refused);
        return true;
    }

    private ValueTask<Response?> SetAsideAsync(DeadLetterReason reason, IDivisible export, int unit, Response answer, CancellationToken cancellationToken)
    {
        var run = export.SpansOf(unit..(unit + 1)).Single();
        var what = new Undeliverable
        {
            Reason = reason,
            Event = run.Event.Key,
            EnqueuedAt = run.Event.EnqueuedAt,
            FirstPlace = run.Event.PlaceOf(run.First),
            Spans = run.Count,
            Payload = export.Bytes(unit..(unit + 1)),
            Response = answer,
        };
        return _deadLetters.WriteAsync(what, cancellationToken);
    }

    private async Task<Response> SendAsync(ReadOnlyMemory<byte> export, BatchProgress ledger, RetryBudget budget, CancellationToken cancellationToken)
    {
        if (export.Length > DynatraceLimits.MaxRequestBytes)
            return new Response { Outcome = Outcome.TooLarge, Failure = FailureKind.SpanTooLarge, Message = $"A single span of {export.Length} bytes; Dynatrace takes {DynatraceLimits.MaxRequestBytes}." };

        var delivery = await _courier.SendAsync(export, budget, cancellationToken);
        ledger.Sent(delivery.Attempts, delivery.SentBytes, delivery.Response);
        return delivery.Response;
    }
}
