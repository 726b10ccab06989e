using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;

namespace SpanRelay;

/// <summary>Log messages of the relay itself. Warning: nothing is lost, and the batch is redelivered.</summary>
internal static partial class RelayLog
{
    public static void Held(this ILogger log, string partition, long spans, Response reason, DynatraceEndpoint endpoint)
    {
        partition = DeadLetter.PartitionOf(partition);
        if (reason.Failure == FailureKind.StorageUnavailable)
            log.HeldForStorage(partition, spans, reason.Message);
        else
            log.Held(partition, spans, reason.Outcome, reason.StatusText, endpoint, reason.Message);
    }

    /// <summary>Names what an operator may want to keep.</summary>
    public static void UnknownKeys(this ILogger log, IReadOnlyList<string> keys)
    {
        if (keys.Count > 0)
            log.UnknownKeys(string.Join(", ", keys));
    }

    [LoggerMessage(10, LogLevel.Information, "Dropped as unknown content, each named once an hour: {Keys}. If a key holds no content, let it through with keep in the redaction policy (Redaction__Policy); see docs/redaction.md.")]
    private static partial void UnknownKeys(this ILogger log, string keys);

    [LoggerMessage(9, LogLevel.Warning, "Held {Spans} spans of partition {Partition}, which stay in the Event Hub and are redelivered. {Message}", EventName = LogEvents.SpansHeldForStorage)]
    private static partial void HeldForStorage(this ILogger log, string partition, long spans, string message);

    [LoggerMessage(4, LogLevel.Warning, "Held {Spans} spans of partition {Partition}, which stay in the Event Hub and are redelivered: {Outcome}, {Response} from {Endpoint}. {Message}", EventName = LogEvents.SpansHeld)]
    private static partial void Held(this ILogger log, string partition, long spans, Outcome outcome, string response, DynatraceEndpoint endpoint, string message);
}
