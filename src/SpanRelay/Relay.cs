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

    /// <summary>Forwards a batch, which stays the caller's. Throws only when cancelled; what was not delivered by then comes again.</summary>
    public async Task<RelayReport> ForwardAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        var report = new RelayReport { Partition = batch.Partition, Events = batch.Bodies.Count };
        using var packer = Pack(batch, report);
        foreach (var request in packer.Requests)
            await DeliverAsync(batch, request, 0..request.Parts.Count, report, cancellationToken).ConfigureAwait(false);
        return report;
    }

    private RequestPacker Pack(EventBatch batch, RelayReport report)
    {
        var packer = new RequestPacker(options.MaxRequestBytes);
        using var decoder = new PayloadDecoder();
        using var redacted = new PooledBuffer();
        for (var i = 0; i < batch.Bodies.Count; i++)
        {
            redacted.Truncate(0);
            report.BytesIn += batch.Bodies[i].Length;
            var export = decoder.Decode(batch.Bodies[i].WrittenMemory, out var problem);
            var result = problem == PayloadProblem.None ? _redactor.Redact(export, redacted) : new RedactionResult { Problem = problem };
            if (result.Problem == PayloadProblem.None)
            {
                report.Note(result, time.GetUtcNow());
                packer.Add(i, redacted.WrittenSpan, result.Spans);
            }
            else
            {
                report.UndecodableEvents++;
                log.SetAsideUndecodable(batch.Partition, batch.SequenceNumberOf(i), batch.Bodies[i].Length, result.Problem.Explain());
            }
        }

        return packer;
    }

    private async Task DeliverAsync(EventBatch batch, PackedRequest request, Range parts, RelayReport report, CancellationToken cancellationToken)
    {
        var (first, count) = parts.GetOffsetAndLength(request.Parts.Count);
        var spans = request.SpansIn(parts);
        if (spans == 0)
            return;
        if (report.SpansHeld > 0) // The batch comes again whole: what is not sent now is not sent twice.
        {
            report.SpansHeld += spans;
            return;
        }

        var answer = await SendAsync(request.Bytes(parts), report, cancellationToken).ConfigureAwait(false);
        switch (answer.Outcome)
        {
            case Outcome.Delivered or Outcome.DeliveredInPart:
                report.SpansDelivered += spans - answer.RejectedSpans;
                report.SpansSetAside += answer.RejectedSpans;
                if (answer.RejectedSpans > 0)
                    log.LostToPartialSuccess(batch.Partition, answer.RejectedSpans, spans, answer.Message);
                break;

            case Outcome.Rejected when count > 1:
                await DeliverAsync(batch, request, first..(first + count / 2), report, cancellationToken).ConfigureAwait(false);
                await DeliverAsync(batch, request, (first + count / 2)..(first + count), report, cancellationToken).ConfigureAwait(false);
                break;

            case Outcome.Rejected:
                report.SpansSetAside += spans;
                log.SetAsideRejected(batch.Partition, batch.SequenceNumberOf(request.Parts[first].EventIndex), spans, answer.StatusText, answer.Message);
                break;

            default:
                report.SpansHeld += spans;
                log.Held(batch.Partition, spans, answer.Outcome, answer.StatusText, options.Dynatrace.Endpoint, answer.Message);
                break;
        }
    }

    private async Task<Answer> SendAsync(ReadOnlyMemory<byte> export, RelayReport report, CancellationToken cancellationToken)
    {
        if (export.Length > DynatraceLimits.MaxRequestBytes)
            return new Answer { Outcome = Outcome.Rejected, Message = $"A single span of {export.Length} bytes; Dynatrace takes {DynatraceLimits.MaxRequestBytes}." };

        var answer = await dynatrace.SendAsync(export, cancellationToken).ConfigureAwait(false);
        report.Requests++;
        report.BytesOut += answer.SentBytes;
        return answer;
    }
}
