namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>A message as it came.</summary>
/// <param name="Format">0, or 0x80013700 for a batch.</param>
/// <param name="Bytes">Encoded, not yet looked at.</param>
internal readonly record struct IncomingMessage(uint Format, ReadOnlyMemory<byte> Bytes);
