namespace SpanRelay.Local.EventHub.Amqp.Wire;

/// <summary>What a peer sent next: a frame, or bytes that are not a frame; with neither, the connection has ended.</summary>
/// <param name="Frame">A frame.</param>
/// <param name="Problem">Why the bytes are not a frame.</param>
internal readonly record struct FrameRead(AmqpFrame? Frame, string? Problem)
{
    public static FrameRead Closed => default;

    public static FrameRead Malformed(string problem) => new(null, problem);
}
