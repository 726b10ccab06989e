namespace SpanRelay.Ingest;

/// <summary>Why the Event Hub did not accept everything. Some of it may be stored.</summary>
/// <param name="Problem">What happened and what to do, for the operator.</param>
/// <param name="RetryAfter">When it may succeed.</param>
internal sealed record HubFailure(string Problem, TimeSpan RetryAfter);
