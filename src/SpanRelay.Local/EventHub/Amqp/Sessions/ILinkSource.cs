using Amqp.Framing;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>What a client reads over a link.</summary>
internal interface ILinkSource : IDisposable
{
    /// <summary>There may be a message now, or a failure. Raised from any thread.</summary>
    event Action? Changed;

    /// <summary>Why the link must end; null while it may go on.</summary>
    Error? Failure { get; }

    /// <summary>A message waits.</summary>
    bool HasMessage { get; }

    /// <returns>An encoded message; null when none waits.</returns>
    ReadOnlyMemory<byte>? Take();
}
