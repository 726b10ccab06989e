using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Pipeline;

namespace SpanRelay.Sending;

/// <summary>Sends the requests of one batch until each span is delivered, dead-lettered or held.</summary>
internal sealed partial class BatchSender(RequestSender sender, BatchProgress progress, BatchDeadLetters deadLetters, RetryBudget budget, ILogger log)
{
    /// <summary>Sends the requests as they are yielded, at most <paramref name="maxParallel"/> at a time, and disposes each.</summary>
    public Task SendAsync(IAsyncEnumerable<PackedRequest> requests, int maxParallel, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = maxParallel, CancellationToken = cancellationToken }, SendAsync);

    private async ValueTask SendAsync(PackedRequest request, CancellationToken cancellationToken)
    {
        using (request)
            await SendAsync(request, new RejectionBisector(request.Units), request.Latest, cancellationToken);
    }

    private async Task SendAsync(IDivisible export, RejectionBisector search, DateTimeOffset latest, CancellationToken cancellationToken)
    {
        var rejected = default(RejectedUnits);
        while (!search.IsDone)
        {
            var response = progress.ReasonStopped ?? await SendAsync(export.Bytes(search.Next), latest, cancellationToken);
            if (response.Outcome is Outcome.Delivered or Outcome.DeliveredInPart)
            {
                await SettleAsync(export, search.Next, response, cancellationToken);
                search.Settled();
            }
            else if (response.Outcome.IsHeld())
            {
                progress.Held(Count(export, search.Rest), response);
                break;
            }
            else if ((response.Outcome == Outcome.TooLarge ? search.TooLarge() : search.Refused()) is { } culprit)
            {
                rejected = await IsolateAsync(export, culprit, rejected, response, latest, cancellationToken);
            }
        }

        await DeadLetterAsync(export, rejected, cancellationToken);
    }

    /// <summary>One unit was rejected alone: its spans are tried one by one; single spans are dead-lettered, those in a row together.</summary>
    /// <returns>The rejected spans that are still to be dead-lettered.</returns>
    private async Task<RejectedUnits> IsolateAsync(
        IDivisible export, int culprit, RejectedUnits rejected, Response response, DateTimeOffset latest, CancellationToken cancellationToken)
    {
        if (export is EventSpans && rejected.TryExtend(culprit, response, out var extended))
            return extended;

        await DeadLetterAsync(export, rejected, cancellationToken);
        using var spans = export.Divide(culprit);
        if (spans is null)
            return new RejectedUnits(culprit, 1, response);

        await SendAsync(spans, RejectionBisector.After(response.Outcome, spans.Units), latest, cancellationToken);
        return default;
    }

    private async Task DeadLetterAsync(IDivisible export, RejectedUnits rejected, CancellationToken cancellationToken)
    {
        if (rejected.Count == 0)
            return;
        if (await deadLetters.WriteAsync(DeadLetterReason.Rejected, export, rejected.Units, rejected.Response, cancellationToken) is { } failure)
            progress.Held(Count(export, rejected.Units), failure);
        else
            progress.DeadLettered(export.SpansOf(rejected.Units));
    }

    /// <summary>
    /// Dynatrace accepted the request. It does not say which spans a partial success refused, so all spans of the request are
    /// dead-lettered then. If they cannot be stored, they are held: the request counts as not accepted.
    /// </summary>
    private async ValueTask SettleAsync(IDivisible export, Range units, Response response, CancellationToken cancellationToken)
    {
        var refused = Math.Min(response.RejectedSpans, Count(export, units));
        for (var unit = units.Start.Value; refused > 0 && unit < units.End.Value; unit++)
        {
            if (await deadLetters.WriteAsync(DeadLetterReason.RefusedInPart, export, unit..(unit + 1), response, cancellationToken) is { } failure)
            {
                progress.Held(Count(export, units), failure);
                return;
            }
        }

        if (refused == 0)
            progress.Measure(export, units);
        if (refused == 0 && response.Message.Length > 0)
            LogAcceptedWithWarning(response.Message);
        progress.Delivered(export.SpansOf(units), refused);
    }

    private async Task<Response> SendAsync(ReadOnlyMemory<byte> export, DateTimeOffset latest, CancellationToken cancellationToken)
    {
        if (export.Length > DynatraceLimits.MaxRequestBytes)
            return new Response { Outcome = Outcome.TooLarge, Failure = FailureKind.SpanTooLarge, Message = $"The span alone has {export.Length} bytes; Dynatrace accepts {DynatraceLimits.MaxRequestBytes}." };

        var delivery = await sender.SendAsync(export, budget, latest, cancellationToken);
        progress.Sent(delivery.Attempts, delivery.SentBytes, delivery.Response);
        return delivery.Response;
    }

    private static long Count(IDivisible export, Range units) => export.SpansOf(units).Sum(run => (long)run.Count);

    /// <summary>Units in a row that Dynatrace rejected one by one.</summary>
    /// <param name="Response">To the first of them.</param>
    private readonly record struct RejectedUnits(int First, int Count, Response Response)
    {
        public Range Units => First..(First + Count);

        public bool TryExtend(int unit, Response response, out RejectedUnits extended)
        {
            extended = this with { Count = Count + 1 };
            return Count > 0 && unit == First + Count && response.Status == Response.Status && response.Failure == Response.Failure;
        }
    }

    [LoggerMessage(8, LogLevel.Warning, "Dynatrace accepted a request with a warning: {Message}")]
    private partial void LogAcceptedWithWarning(string message);
}
