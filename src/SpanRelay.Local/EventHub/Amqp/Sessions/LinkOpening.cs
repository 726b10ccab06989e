using Amqp.Framing;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>One end of a link, or why it was refused.</summary>
internal readonly record struct LinkOpening<T>(T? Endpoint, Error? Refusal)
    where T : class
{
    public static implicit operator LinkOpening<T>(T endpoint) => new(endpoint, null);

    public static implicit operator LinkOpening<T>(Error refusal) => new(null, refusal);
}
