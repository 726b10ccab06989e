using Microsoft.Extensions.Logging;
using SpanRelay.Delivery;

namespace SpanRelay;

/// <summary>What the relay logs. Error: something is lost to Dynatrace. Warning: nothing is lost, it comes again.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(1, LogLevel.Error, "Set aside an event that cannot be read: partition {Partition}, sequence number {SequenceNumber}, {Bytes} bytes. {Explanation}")]
    public static partial void SetAsideUndecodable(this ILogger log, string partition, long? sequenceNumber, int bytes, string explanation);

    [LoggerMessage(2, LogLevel.Error, "Set aside {Spans} spans that Dynatrace rejects: partition {Partition}, sequence number {SequenceNumber}, {Answer}. {Message}")]
    public static partial void SetAsideRejected(this ILogger log, string partition, long? sequenceNumber, int spans, string answer, string message);

    [LoggerMessage(3, LogLevel.Error, "Dynatrace refused {RejectedSpans} of {Spans} spans of partition {Partition} and took the others. {Message}")]
    public static partial void LostToPartialSuccess(this ILogger log, string partition, long rejectedSpans, int spans, string message);

    [LoggerMessage(4, LogLevel.Warning, "Held {Spans} spans of partition {Partition}, which stay in the Event Hub and come again: {Outcome}, {Answer} from {Endpoint}. {Message}")]
    public static partial void Held(this ILogger log, string partition, int spans, Outcome outcome, string answer, DynatraceEndpoint endpoint, string message);
}
