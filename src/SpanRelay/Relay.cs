using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SpanRelay.Delivery;
using SpanRelay.Otlp;
using SpanRelay.Redaction;

namespace SpanRelay;

/// <summary>
/// The whole way: decode, redact, pack, deliver, settle. Every span of every event ends as delivered, set aside or held; while
/// any is held the batch must not be settled, so that the Event Hub brings it again.
/// </summary>
public sealed class Relay(RelayOptions options, DynatraceClient dynatrace, TimeProvider time, ILogger<Relay> log)
{
    private readonly Redactor _redactor = new(options.Redaction, options.ResourceAttributes);
    private readonly SpanLifetime _lifetime = new(options.MaxSpanAge, time);
    private readonly DeliveryMemory _memory = new();
    private readonly Courier _courier = new(dynatrace, time);

    /// <summary>
    /// Forwards a batch, which stays the caller's; its bodies are released as soon as they are packed. Throws only when
    /// cancelled; what was not delivered by then comes again.
    /// </summary>
    public async Task<RelayReport> ForwardAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        var report = new RelayReport { Partition = batch.Partition, Events = batch.Bodies.Count };
        var ledger = new BatchLedger(report);
        var budget = new RetryBudget(options.RetryBudget, options.AttemptTimeout, time);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelRequests, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(PackAsync(batch, ledger, report, cancellationToken), parallel, async (request, cancelled) =>
            {
                using (request)
                    await DeliverAsync(request, new CulpritSearch(request.Units), batch.Partition, ledger, budget, cancelled).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        catch
        {
            _memory.Keep(batch.Partition, ledger.Events, "");
            throw;
        }

        Settle(batch, ledger, report);
        return report;
    }

    private void Settle(EventBatch batch, BatchLedger ledger, RelayReport report)
    {
        if (ledger.ReasonHeld is not { } reason)
        {
            _memory.Forget(batch.Partition, ledger.Events.Select(each => each.Key));
            return;
        }

        _memory.Keep(batch.Partition, ledger.Events, $"Its batch was held before: {reason.Outcome}, {reason.StatusText}. {reason.Message}");
        log.Held(batch.Partition, report.SpansHeld, reason.Outcome, reason.StatusText, options.Dynatrace.Endpoint, reason.Message);
    }

    /// <summary>Requests as they become full: what is on the way and what is not read yet is all that memory holds.</summary>
    private async IAsyncEnumerable<PackedRequest> PackAsync(
        EventBatch batch, BatchLedger ledger, RelayReport report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var packer = new RequestPacker(options.MaxRequestBytes, batch.Bodies.Sum(body => (long)body.Length));
        using var intake = new EventIntake(batch, _redactor, _lifetime, _memory);
        for (var i = 0; i < batch.Bodies.Count; i++)
        {
            report.BytesIn += batch.Bodies[i].Length;
            intake.Read(i);
            ledger.Note(intake.Event.Key, intake.Event.Settled);
            if (intake.Result.Problem != PayloadProblem.None)
                await SetAsideUnreadableAsync(batch.Bodies[i], intake, report, cancellationToken).ConfigureAwait(false);
            else
                await TakeAsync(intake, ledger, report, packer, cancellationToken).ConfigureAwait(false);

            batch.Bodies[i].Dispose();
            while (packer.TryTakeFull(out var full))
                yield return full!;
        }

        if (packer.TakeLast() is { } last)
            yield return last;
    }

    private async ValueTask TakeAsync(EventIntake intake, BatchLedger ledger, RelayReport report, RequestPacker packer, CancellationToken cancellationToken)
    {
        report.Note(intake.Result, time.GetUtcNow());
        report.NoteRedactions(_redactor.Rules, intake.Hits);
        report.SpansSettledBefore += intake.SettledBefore;
        foreach (var (reason, places) in intake.Expired)
        {
            var expired = new SetAside
            {
                Reason = reason,
                SequenceNumber = intake.Event.SequenceNumber,
                Spans = places.Length,
                Payload = intake.Select(places),
                Message = _memory.ReasonHeld(intake.Event.Key.Partition),
                Age = _lifetime.AgeOf(reason == SetAsideReason.TooFarAhead ? intake.Ends.Newest : intake.Ends.Oldest),
            };
            await SetAsideAsync(intake.Event.Key.Partition, expired, cancellationToken).ConfigureAwait(false);
            ledger.Expired(intake.Event.Settled, places);
        }

        if (intake.SpansToSend > 0)
            packer.Add(intake.Event, intake.Living().Span, intake.SpansToSend);
    }

    private async ValueTask SetAsideUnreadableAsync(PooledBuffer body, EventIntake intake, RelayReport report, CancellationToken cancellationToken)
    {
        if (intake.SettledBefore > 0)
            return;

        var unreadable = new SetAside
        {
            Reason = SetAsideReason.Unreadable,
            SequenceNumber = intake.Event.SequenceNumber,
            Payload = body.WrittenMemory,
            Message = intake.Result.Problem.Explain(),
        };
        await SetAsideAsync(intake.Event.Key.Partition, unreadable, cancellationToken).ConfigureAwait(false);
        intake.Event.Settled.Add(0);
        report.UndecodableEvents++;
    }

    /// <summary>Sends what the search asks for until each unit was taken, stands alone as the culprit, or is held with all the rest.</summary>
    private async Task DeliverAsync(IDivisible export, CulpritSearch search, string partition, BatchLedger ledger, RetryBudget budget, CancellationToken cancellationToken)
    {
        while (!search.IsDone)
        {
            var bytes = export.Bytes(search.Next);
            var answer = ledger.ReasonHeld ?? await SendAsync(bytes, ledger, budget, cancellationToken).ConfigureAwait(false);
            if (answer.Outcome is Outcome.Delivered or Outcome.DeliveredInPart)
            {
                await SettleAsync(export.SpansOf(search.Next), bytes, answer, partition, ledger, cancellationToken).ConfigureAwait(false);
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
                if (spans is null)
                    await SetAsideRejectedAsync(export.SpansOf(culprit..(culprit + 1)).Single(), bytes, answer, partition, ledger, cancellationToken).ConfigureAwait(false);
                else
                    await DeliverAsync(spans, CulpritSearch.After(answer.Outcome, spans.Units), partition, ledger, budget, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask SettleAsync(
        IEnumerable<SpanRun> runs, ReadOnlyMemory<byte> bytes, Answer answer, string partition, BatchLedger ledger, CancellationToken cancellationToken)
    {
        var refused = Math.Min(answer.RejectedSpans, runs.Sum(run => run.Count));
        if (refused > 0)
        {
            var what = new SetAside { Reason = SetAsideReason.RefusedInPart, Spans = refused, Payload = bytes, Answer = answer };
            await SetAsideAsync(partition, what, cancellationToken).ConfigureAwait(false);
        }
        else if (answer.Message.Length > 0)
        {
            log.AcceptedWithAWord(partition, answer.Message);
        }

        ledger.Delivered(runs, refused);
    }

    private async ValueTask SetAsideRejectedAsync(
        SpanRun run, ReadOnlyMemory<byte> bytes, Answer answer, string partition, BatchLedger ledger, CancellationToken cancellationToken)
    {
        var what = new SetAside
        {
            Reason = SetAsideReason.Rejected,
            SequenceNumber = run.Event.SequenceNumber,
            Spans = run.Count,
            Payload = bytes,
            Answer = answer,
        };
        await SetAsideAsync(partition, what, cancellationToken).ConfigureAwait(false);
        ledger.SetAside([run]);
    }

    /// <summary>All that is set aside goes through here, before it counts as settled.</summary>
    private ValueTask SetAsideAsync(string partition, SetAside what, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        log.SetAside(partition, what, options.MaxSpanAge);
        return ValueTask.CompletedTask;
    }

    private async Task<Answer> SendAsync(ReadOnlyMemory<byte> export, BatchLedger ledger, RetryBudget budget, CancellationToken cancellationToken)
    {
        if (export.Length > DynatraceLimits.MaxRequestBytes)
            return new Answer { Outcome = Outcome.TooLarge, Message = $"A single span of {export.Length} bytes; Dynatrace takes {DynatraceLimits.MaxRequestBytes}." };

        var delivery = await _courier.SendAsync(export, budget, cancellationToken).ConfigureAwait(false);
        ledger.Sent(delivery.Attempts, delivery.SentBytes);
        return delivery.Answer;
    }
}
