using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using SpanRelay.Functions.EventHubs;
using SpanRelay.Functions.Hosting;

namespace SpanRelay.Functions;

/// <summary>
/// Forwards a batch of events. It succeeds only when nothing of the batch is held, since the host then writes a checkpoint. Any
/// failure makes the host retry the same batch, without end, at up to a minute's interval.
/// </summary>
public sealed partial class ForwardSpans(Relay relay, ILogger<ForwardSpans> log)
{
    [Function(nameof(ForwardSpans))]
    [ExponentialBackoffRetry(-1, "00:00:01", "00:01:00")]
    public async Task RunAsync(
        [EventHubTrigger("%EVENTHUB_NAME%", Connection = "EVENTHUB")] ReadOnlyMemory<byte>[] events, FunctionContext context)
    {
        var batch = TriggerBatch.Create(events, context.BindingContext.BindingData, out var problem);
        if (problem is not null)
            LogMetadataMissing(problem);

        var report = await relay.ForwardAsync(batch, StopMiddleware.TokenOf(context));
        LogForwarded(report.ToString());
        if (!report.IsSettled)
            throw new BatchHeldException($"Held {report.SpansHeld} spans and {report.UndecodableHeld} unreadable events of partition {report.Partition}.");
    }

    [LoggerMessage(20, LogLevel.Warning, "The Functions host delivered a batch with unexpected metadata: {Problem} Its events are forwarded without it, so a redelivery may send spans twice.")]
    private partial void LogMetadataMissing(string problem);

    [LoggerMessage(21, LogLevel.Information, "Forwarded {Report}")]
    private partial void LogForwarded(string report);
}

/// <summary>Fails an invocation whose batch is held. The reason is in the relay's log.</summary>
public sealed class BatchHeldException(string message) : Exception(message);
