using Amqp.Framing;

namespace SpanRelay.Local.EventHub.Amqp.Sessions;

/// <summary>Knows what is at an address.</summary>
internal interface ILinkOpener
{
    /// <summary>For a client that sends.</summary>
    LinkOpening<ILinkTarget> OpenTarget(Attach attach);

    /// <summary>For a client that receives. The source is disposed when the link ends.</summary>
    LinkOpening<ILinkSource> OpenSource(Attach attach);
}
