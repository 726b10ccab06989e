using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp.Wire;

/// <summary>A frame of an AMQP connection.</summary>
/// <param name="Channel">The session's number on the sender's side.</param>
/// <param name="Performative">Such as a transfer; null in a heartbeat.</param>
/// <param name="Payload">What follows a transfer: a message, or a part of it.</param>
internal sealed record AmqpFrame(ushort Channel, DescribedList? Performative, ReadOnlyMemory<byte> Payload);
