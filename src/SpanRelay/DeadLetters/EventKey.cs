namespace SpanRelay.DeadLetters;

/// <summary>Two deliveries are of the same event when place and content are the same.</summary>
/// <param name="SequenceNumber">Negative where the host does not say.</param>
internal readonly record struct EventKey(string Partition, long SequenceNumber, UInt128 ContentHash);
