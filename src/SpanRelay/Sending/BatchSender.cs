using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Pipeline;

namespace SpanRelay.Sending;

/// <summary>Sends the requests of one batch until each span is delivered, dead-lettered or held.</summary>
internal sealed partial class BatchSender(RequestSender sender, BatchProgress progress, BatchDeadLetters deadLetters, RetryBudget budget, ILogger log)
{
    public Task SendAsync(PackedRequest request, CancellationToken cancellationToken) =>
        SendAsync(request, new RejectionBisector(request.Units), cancellationToken);

    private async Task SendAsync(IDivisible export, RejectionBisector search, CancellationToken cancellationToken)
    {
        while (!search.IsDone)
        {
            var response = progress.ReasonHeld ?? await SendAsync(export.Bytes(search.Next), cancellationToken);
            if (response.Outcome is Outcome.Delivered or Outcome.DeliveredInPart)
            {
                if (await SettleAsync(export, search.Next, response, cancellationToken))
                    search.Settled();
            }
            else if (response.Outcome.IsHeld())
            {
                progress.Held(Count(export, search.Rest), response);
                return;
            }
            else if ((response.Outcome == Outcome.TooLarge ? search.TooLarge() : search.Refused()) is { } culprit)
            {
                await IsolateAsync(export, culprit, response, cancellationToken);
            }
        }
    }

    /// <summary>One unit was rejected alone: its spans are tried one by one; a single span is dead-lettered.</summary>
    private async Task IsolateAsync(IDivisible export, int culprit, Response response, CancellationToken cancellationToken)
    {
        using var spans = export.Divide(culprit);
        if (spans is not null)
            await SendAsync(spans, RejectionBisector.After(response.Outcome, spans.Units), cancellationToken);
        else if (await deadLetters.WriteAsync(DeadLetterReason.Rejected, export, culprit, response, cancellationToken) is { } failure)
            progress.Held(Count(export, culprit..(culprit + 1)), failure);
        else
            progress.DeadLettered(export.SpansOf(culprit..(culprit + 1)));
    }

    /// <summary>
    /// Dynatrace accepted the request. It does not say which spans a partial success refused, so all spans of the request are
    /// dead-lettered then.
    /// </summary>
    /// <returns>False when they could not be stored: the request counts as not accepted.</returns>
    private async ValueTask<bool> SettleAsync(IDivisible export, Range units, Response response, CancellationToken cancellationToken)
    {
        var refused = Math.Min(response.RejectedSpans, Count(export, units));
        for (var unit = units.Start.Value; refused > 0 && unit < units.End.Value; unit++)
        {
            if (await deadLetters.WriteAsync(DeadLetterReason.RefusedInPart, export, unit, response, cancellationToken) is { } failure)
            {
                progress.MustHold(failure);
                return false;
            }
        }

        if (refused == 0 && response.Message.Length > 0)
            LogAcceptedWithWarning(response.Message);
        progress.Delivered(export.SpansOf(units), refused);
        return true;
    }

    private async Task<Response> SendAsync(ReadOnlyMemory<byte> export, CancellationToken cancellationToken)
    {
        if (export.Length > DynatraceLimits.MaxRequestBytes)
            return new Response { Outcome = Outcome.TooLarge, Failure = FailureKind.SpanTooLarge, Message = $"The span alone has {export.Length} bytes; Dynatrace accepts {DynatraceLimits.MaxRequestBytes}." };

        var delivery = await sender.SendAsync(export, budget, cancellationToken);
        progress.Sent(delivery.Attempts, delivery.SentBytes, delivery.Response);
        return delivery.Response;
    }

    private static long Count(IDivisible export, Range units) => export.SpansOf(units).Sum(run => (long)run.Count);

    [LoggerMessage(8, LogLevel.Warning, "Dynatrace accepted a request with a warning: {Message}")]
    private partial void LogAcceptedWithWarning(string message);
}
