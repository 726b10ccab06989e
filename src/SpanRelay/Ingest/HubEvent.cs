namespace SpanRelay.Ingest;

/// <summary>One event to send: an export, gzipped.</summary>
/// <param name="PartitionKey">The same for all spans of a trace.</param>
internal readonly record struct HubEvent(string PartitionKey, byte[] Body);
