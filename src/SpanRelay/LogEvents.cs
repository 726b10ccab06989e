namespace SpanRelay;

/// <summary>
/// The names of the log events that alerts and the command line look for. They travel beside the message (in Application Insights as
/// customDimensions.EventName), where nothing that a sender or a server writes can get to.
/// </summary>
public static class LogEvents
{
    public const string DeadLetterRecorded = nameof(DeadLetterRecorded);
    public const string DeadLetterPoisoned = nameof(DeadLetterPoisoned);
    public const string QueueMessageQuarantined = nameof(QueueMessageQuarantined);
    public const string IncidentOpen = nameof(IncidentOpen);
    public const string IncidentOver = nameof(IncidentOver);
    public const string SpansHeld = nameof(SpansHeld);
    public const string SpansHeldForStorage = nameof(SpansHeldForStorage);
    public const string IngestUnavailable = nameof(IngestUnavailable);
    public const string TokenVersionUnusable = nameof(TokenVersionUnusable);
    public const string TokenFallenBack = nameof(TokenFallenBack);
    public const string TokenExpires = nameof(TokenExpires);
}
