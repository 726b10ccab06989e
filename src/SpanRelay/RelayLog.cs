using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp;

namespace SpanRelay;

/// <summary>What the relay logs. Error: something is lost to Dynatrace. Warning: nothing is lost, it comes again.</summary>
internal static partial class RelayLog
{
    public static void Undeliverable(this ILogger log, in Undeliverable what, TimeSpan maxSpanAge)
    {
        var partition = what.Event.Partition;
        long? number = what.Event.SequenceNumber < 0 ? null : what.Event.SequenceNumber;
        switch (what.Reason)
        {
            case DeadLetterReason.Unreadable:
                log.SetAsideUndecodable(partition, number, what.Payload.Length, what.Problem.Explain());
                break;
            case DeadLetterReason.Rejected:
                log.SetAsideRejected(partition, number, what.Spans, what.Response!.StatusText, what.Response.Message);
                break;
            case DeadLetterReason.RefusedInPart:
                log.LostToPartialSuccess(partition, number, what.Spans, what.Response!.RejectedSpans, what.Response.Message);
                break;
            case DeadLetterReason.TooOld:
                log.SetAsideTooOld(partition, number, what.Spans, what.Age, maxSpanAge, ReasonHeld(what.Response));
                break;
            case DeadLetterReason.TooFarAhead:
                log.SetAsideTooFarAhead(partition, number, what.Spans, what.Age, DynatraceLimits.MaxSpanAhead);
                break;
            case DeadLetterReason.WithoutEnd:
                log.SetAsideWithoutEnd(partition, number, what.Spans);
                break;
        }
    }

    private static string ReasonHeld(Response? reason) =>
        reason is null ? "" : $"Its batch was held before: {reason.Outcome}, {reason.StatusText}. {reason.Message}";

    public static void Held(this ILogger log, string partition, long spans, Response reason, DynatraceEndpoint endpoint)
    {
        if (reason.Failure == FailureKind.StorageUnavailable)
            log.HeldForStorage(partition, spans, reason.Message);
        else
            log.Held(partition, spans, reason.Outcome, reason.StatusText, endpoint, reason.Message);
    }

    [LoggerMessage(9, LogLevel.Warning, "Held {Spans} spans of partition {Partition}, which stay in the Event Hub and come again. {Message}")]
    private static partial void HeldForStorage(this ILogger log, string partition, long spans, string message);

    [LoggerMessage(4, LogLevel.Warning, "Held {Spans} spans of partition {Partition}, which stay in the Event Hub and come again: {Outcome}, {Response} from {Endpoint}. {Message}")]
    private static partial void Held(this ILogger log, string partition, long spans, Outcome outcome, string response, DynatraceEndpoint endpoint, string message);

    [LoggerMessage(8, LogLevel.Warning, "Dynatrace took all spans of a request, with a word: {Message}")]
    public static partial void AcceptedWithAWord(this ILogger log, string message);

    [LoggerMessage(1, LogLevel.Error, "Set aside an event that cannot be read: partition {Partition}, sequence number {SequenceNumber}, {Bytes} bytes. {Explanation}")]
    private static partial void SetAsideUndecodable(this ILogger log, string partition, long? sequenceNumber, int bytes, string explanation);

    [LoggerMessage(2, LogLevel.Error, "Set aside {Spans} spans that Dynatrace rejects: partition {Partition}, sequence number {SequenceNumber}, {Response}. {Message}")]
    private static partial void SetAsideRejected(this ILogger log, string partition, long? sequenceNumber, long spans, string response, string message);

    [LoggerMessage(3, LogLevel.Error, "Dynatrace took a request and refused {RejectedSpans} of its spans, without saying which: set aside the {Spans} it held of partition {Partition}, sequence number {SequenceNumber}. {Message}")]
    private static partial void LostToPartialSuccess(this ILogger log, string partition, long? sequenceNumber, long spans, long rejectedSpans, string message);

    [LoggerMessage(5, LogLevel.Error, "Set aside {Spans} spans that are too old, which Dynatrace would drop without a word: partition {Partition}, sequence number {SequenceNumber}, the oldest ended {Age:c} ago and Relay__MaxSpanAge is {MaxSpanAge}. {Message}")]
    private static partial void SetAsideTooOld(this ILogger log, string partition, long? sequenceNumber, long spans, TimeSpan age, TimeSpan maxSpanAge, string message);

    [LoggerMessage(6, LogLevel.Error, "Set aside {Spans} spans that end in the future, which Dynatrace would drop without a word: partition {Partition}, sequence number {SequenceNumber}, the latest ends in {Ahead:c} and {MaxAhead} is the most. Is the sender's clock right?")]
    private static partial void SetAsideTooFarAhead(this ILogger log, string partition, long? sequenceNumber, long spans, TimeSpan ahead, TimeSpan maxAhead);

    [LoggerMessage(7, LogLevel.Error, "Set aside {Spans} spans without an end time, which Dynatrace would take for 1970 and drop without a word: partition {Partition}, sequence number {SequenceNumber}.")]
    private static partial void SetAsideWithoutEnd(this ILogger log, string partition, long? sequenceNumber, long spans);
}
