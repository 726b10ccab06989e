using Microsoft.Extensions.Logging;
using SpanRelay.Diagnosis;

namespace SpanRelay.DeadLetters;

/// <summary>What is logged of dead letters and incidents, as <c>name=value</c> for queries and alerts, with the next step for people.</summary>
internal static partial class DeadLetterLog
{
    [LoggerMessage(70, LogLevel.Error, "Dead letter recorded: id={Id} cause={Cause} reason={Reason} spans={Spans} partition={Partition} sequenceNumber={SequenceNumber} services={Services}. {Title}. Next: {NextStep}")]
    public static partial void Recorded(
        this ILogger log, string id, string cause, DeadLetterReason reason, long spans, string partition, long? sequenceNumber, string services, string title, string nextStep);

    [LoggerMessage(71, LogLevel.Error, "Incident open: id={Id} cause={Cause} since={Since:O} eventsWaiting={EventsWaiting}. {Title}. Next: {NextStep}")]
    public static partial void IncidentOpen(this ILogger log, string id, string cause, DateTimeOffset since, long eventsWaiting, string title, string nextStep);

    [LoggerMessage(72, LogLevel.Information, "Incident over: id={Id} cause={Cause} lasted={Lasted:c} eventsWaited={EventsWaited}.")]
    public static partial void IncidentOver(this ILogger log, string id, string cause, TimeSpan lasted, long eventsWaited);

    [LoggerMessage(73, LogLevel.Error, "Dead letter not recorded: a message of the queue could not be handled {Attempts} times and goes to the poison queue, as id={Id}. {Problem}")]
    public static partial void Poisoned(this ILogger log, long attempts, string id, string problem);

    [LoggerMessage(74, LogLevel.Warning, "A dead letter is not recorded yet; its message comes again. {Problem}")]
    public static partial void NotRecordedYet(this ILogger log, string problem);

    [LoggerMessage(75, LogLevel.Warning, "An incident is not recorded, since the storage account does not take it. {Problem}")]
    public static partial void IncidentNotKept(this ILogger log, string problem);
}
