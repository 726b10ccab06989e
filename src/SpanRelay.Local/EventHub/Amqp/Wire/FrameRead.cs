namespace SpanRelay.Local.EventHub.Amqp.Wire;

/// <summary>What came next from a peer: a frame, something that is no frame, or with neither of both the end.</summary>
/// <param name="Frame">A frame.</param>
/// <param name="Problem">Why the bytes are no frame.</param>
internal readonly record struct FrameRead(AmqpFrame? Frame, string? Problem)
{
    public static FrameRead Closed => default;

    public static FrameRead Malformed(string problem) => new(null, problem);
}
