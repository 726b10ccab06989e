using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Pipeline;
using SpanRelay.Redaction;
using SpanRelay.Sending;

namespace SpanRelay;

/// <summary>The way of a span: decode, redact, sort; pack; send; settle. Every span ends as delivered, dead-lettered or held.</summary>
public sealed class Relay(RelayOptions options, DynatraceClient dynatrace, IDeadLetterStore store, TimeProvider time, ILogger<Relay> log) : IAsyncDisposable
{
    private readonly Redactor _redactor = options.GenAi.CreateRedactor(options.Redaction, options.ResourceAttributes, time);
    private readonly SpanLifetime _lifetime = new(options.ChecksSpanEnds ? options.MaxSpanAge : null, time);
    private readonly SettledSpans _settledSpans = new();
    private readonly RequestSender _sender = new(dynatrace, time);
    private readonly DeadLetterWriter _writer = new(store, options.Dynatrace.Endpoint.ToString(), options.MaxSpanAge, time, log);
    private readonly MetricsSender _metrics = new(dynatrace, options.AttemptTimeout, time, log);
    private readonly IncidentReporter _incidents = new(store, options.Dynatrace.Endpoint.ToString(), options.MaxSpanAge, time, log);

    /// <summary>Forwards a batch. While any span is held the invocation must fail: then the Event Hub redelivers the batch, as after a cancellation.</summary>
    public async Task<RelayReport> ForwardAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        using var progress = new BatchProgress(batch, options.Metrics, time);
        var deadLetters = new BatchDeadLetters(_writer, progress, time);
        var sender = new BatchSender(_sender, progress, deadLetters, new RetryBudget(options.RetryBudget, options.AttemptTimeout, time), log);
        try
        {
            await sender.SendAsync(PackAsync(batch, progress, deadLetters, cancellationToken), options.MaxParallelRequests, cancellationToken);
        }
        catch
        {
            _settledSpans.Keep(batch.Partition, progress.Events, reason: null, progress.Counted);
            throw;
        }

        Settle(batch, progress);
        progress.Complete();
        log.UnknownKeys(_redactor.UnknownKeys.Take(time.GetUtcNow()));
        return progress.Report;
    }

    /// <summary>Completes pending incident reports and sends pending metrics, within seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_incidents.DisposeAsync().AsTask(), _metrics.DisposeAsync().AsTask());
        _sender.Dispose();
    }

    /// <summary>Yields requests as they fill up: memory holds what is being sent and one event.</summary>
    private async IAsyncEnumerable<PackedRequest> PackAsync(EventBatch batch, BatchProgress progress, BatchDeadLetters deadLetters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var packer = new RequestPacker(options.MaxRequestBytes, _lifetime, time, batch.Events.Sum(each => (long)each.Body.Length));
        using var reader = new EventReader(_redactor, _lifetime, _settledSpans);
        foreach (var (index, incoming) in batch.Events.Index())
        {
            using (var turn = await EventTurns.TakeAsync(cancellationToken))
            {
                var decoded = reader.Decode(incoming);
                var redacted = reader.Redact(decoded);
                var sorted = reader.Sort(redacted, batch.Partition, index);
                packer.Add(sorted);
                turn.EndUnlessLarge(redacted.Export.Length);
                progress.Read(sorted, _redactor.Rules);
                await deadLetters.WriteAsync(sorted, _settledSpans.ReasonHeld(batch.Partition), cancellationToken);
                reader.Release();
            }

            while (packer.TryTakeFull(out var full))
                yield return full!;
        }

        if (packer.TakeLast() is { } last)
            yield return last;
    }

    private void Settle(EventBatch batch, BatchProgress progress)
    {
        _incidents.Note(batch.Partition, batch.Events.Count, progress.HasPassed, progress.ReasonHeld);
        if (progress.ReasonHeld is not { } reason)
        {
            _metrics.Add(_settledSpans.Forget(batch.Partition, progress.Events, progress.CountSavings()));
            return;
        }

        log.Held(batch.Partition, progress.Report.SpansHeld, reason, options.Dynatrace.Endpoint);
        _settledSpans.Keep(batch.Partition, progress.Events, reason, progress.Counted);
    }
}
