using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp;

namespace SpanRelay.DeadLetters;

/// <summary>
/// Log messages about dead letters and incidents, with <c>name=value</c> pairs for queries and the next step for people. Texts
/// from outside are one line and quoted; alerts look for the events' names, which no such text can hold. Error: Dynatrace does not
/// have these spans, and will not without a replay.
/// </summary>
internal static partial class DeadLetterLog
{
    public static void DeadLettered(this ILogger log, in Undeliverable what, TimeSpan maxSpanAge)
    {
        var partition = DeadLetter.PartitionOf(what.Event.Partition);
        long? number = what.Event.SequenceNumber < 0 ? null : what.Event.SequenceNumber;
        switch (what.Reason)
        {
            case DeadLetterReason.Unreadable:
                log.Quarantined(partition, number, what.Payload.Length, what.Problem.Explain());
                break;
            case DeadLetterReason.Rejected:
                log.DeadLetteredRejected(partition, number, what.Spans, what.Response!.StatusText, what.Response.Message);
                break;
            case DeadLetterReason.RefusedInPart:
                log.DeadLetteredPartialSuccess(partition, number, what.Spans, what.Response!.RejectedSpans, what.Response.Message);
                break;
            case DeadLetterReason.TooOld:
                log.DeadLetteredTooOld(partition, number, what.Spans, what.Age, maxSpanAge, ReasonHeld(what.Response));
                break;
            case DeadLetterReason.TooFarAhead:
                log.DeadLetteredInFuture(partition, number, what.Spans, what.Age, DynatraceLimits.MaxSpanAhead);
                break;
            case DeadLetterReason.WithoutEnd:
                log.DeadLetteredWithoutEnd(partition, number, what.Spans);
                break;
            case DeadLetterReason.WithoutIds:
                log.DeadLetteredWithoutIds(partition, number, what.Spans);
                break;
            case DeadLetterReason.TooLargeForEvent:
                log.DeadLetteredTooLargeForEvent(what.Payload.Length);
                break;
        }
    }

    private static string ReasonHeld(Response? reason) =>
        reason is null ? "" : $"The batch was held before: {reason.Outcome}, {reason.StatusText}. {reason.Message}";

    [LoggerMessage(1, LogLevel.Error, "Quarantined an event that cannot be read: partition {Partition}, sequence number {SequenceNumber}, {Bytes} bytes. {Explanation}")]
    private static partial void Quarantined(this ILogger log, string partition, long? sequenceNumber, int bytes, string explanation);

    [LoggerMessage(2, LogLevel.Error, "Dead-lettered {Spans} spans that Dynatrace rejects: partition {Partition}, sequence number {SequenceNumber}, {Response}. {Message}")]
    private static partial void DeadLetteredRejected(this ILogger log, string partition, long? sequenceNumber, long spans, string response, string message);

    [LoggerMessage(3, LogLevel.Error, "Dead-lettered {Spans} spans of a request that Dynatrace accepted in part, since it does not say which {RejectedSpans} spans it rejected: partition {Partition}, sequence number {SequenceNumber}. {Message}")]
    private static partial void DeadLetteredPartialSuccess(this ILogger log, string partition, long? sequenceNumber, long spans, long rejectedSpans, string message);

    [LoggerMessage(5, LogLevel.Error, "Dead-lettered {Spans} spans that are too old, which Dynatrace would silently drop: partition {Partition}, sequence number {SequenceNumber}, the oldest ended {Age:c} ago and Relay__MaxSpanAge is {MaxSpanAge}. {Message}")]
    private static partial void DeadLetteredTooOld(this ILogger log, string partition, long? sequenceNumber, long spans, TimeSpan age, TimeSpan maxSpanAge, string message);

    [LoggerMessage(6, LogLevel.Error, "Dead-lettered {Spans} spans that end in the future, which Dynatrace would silently drop: partition {Partition}, sequence number {SequenceNumber}, the latest ends in {Ahead:c}, and the limit is {MaxAhead}. Check the sender's clock.")]
    private static partial void DeadLetteredInFuture(this ILogger log, string partition, long? sequenceNumber, long spans, TimeSpan ahead, TimeSpan maxAhead);

    [LoggerMessage(7, LogLevel.Error, "Dead-lettered {Spans} spans without an end time, which Dynatrace would read as 1970 and silently drop: partition {Partition}, sequence number {SequenceNumber}.")]
    private static partial void DeadLetteredWithoutEnd(this ILogger log, string partition, long? sequenceNumber, long spans);

    [LoggerMessage(11, LogLevel.Error, "Dead-lettered {Spans} spans without a trace id or span id, which Dynatrace rejects: partition {Partition}, sequence number {SequenceNumber}.")]
    private static partial void DeadLetteredWithoutIds(this ILogger log, string partition, long? sequenceNumber, long spans);

    [LoggerMessage(12, LogLevel.Error, "Dead-lettered a span of {Bytes} bytes, which the Event Hub does not accept even compressed: Ingest__MaxEventBytes. Replay it: a replay does not pass through the Event Hub.")]
    private static partial void DeadLetteredTooLargeForEvent(this ILogger log, int bytes);

    [LoggerMessage(70, LogLevel.Error, "Dead letter recorded: id={Id} cause={Cause} reason={Reason} spans={Spans} partition={Partition} sequenceNumber={SequenceNumber} services={Services}. {Title}. Next: {NextStep}", EventName = LogEvents.DeadLetterRecorded)]
    public static partial void Recorded(
        this ILogger log, string id, string cause, DeadLetterReason reason, long spans, string partition, long? sequenceNumber, string services, string title, string nextStep);

    [LoggerMessage(71, LogLevel.Error, "Incident open: id={Id} cause={Cause} since={Since:O} eventsWaiting={EventsWaiting}. {Title}. Next: {NextStep}", EventName = LogEvents.IncidentOpen)]
    public static partial void IncidentOpen(this ILogger log, string id, string cause, DateTimeOffset since, long eventsWaiting, string title, string nextStep);

    [LoggerMessage(72, LogLevel.Information, "Incident over: id={Id} cause={Cause} lasted={Lasted:c} eventsWaited={EventsWaited}.", EventName = LogEvents.IncidentOver)]
    public static partial void IncidentOver(this ILogger log, string id, string cause, TimeSpan lasted, long eventsWaited);

    [LoggerMessage(73, LogLevel.Error, "Dead letter not recorded: a queue message failed {Attempts} times and moves to the poison queue, recorded as id={Id}. {Problem}", EventName = LogEvents.DeadLetterPoisoned)]
    public static partial void Poisoned(this ILogger log, long attempts, string id, string problem);

    [LoggerMessage(74, LogLevel.Warning, "A dead letter is not recorded yet; its queue message is retried. {Problem}")]
    public static partial void NotRecordedYet(this ILogger log, string problem);

    [LoggerMessage(75, LogLevel.Warning, "Incident {Id} is not recorded yet, and will be retried. {Problem}")]
    public static partial void IncidentNotRecorded(this ILogger log, string id, string problem);

    [LoggerMessage(77, LogLevel.Warning, "Incident {Id} is not recorded: too many reports are waiting for the storage account.")]
    public static partial void IncidentDropped(this ILogger log, string id);

    [LoggerMessage(76, LogLevel.Error, "Dead letter not recorded: a queue message is not a dead letter and was quarantined as id={Id}. {Problem}", EventName = LogEvents.QueueMessageQuarantined)]
    public static partial void MessageQuarantined(this ILogger log, string id, string problem);
}
