namespace SpanRelay.Local.EventHub.Amqp;

/// <summary>Limits on what the hub keeps for its clients.</summary>
internal static class AmqpLimits
{
    /// <summary>As Event Hubs has it.</summary>
    public const int MaxFrameBytes = 65_536;

    /// <summary>At a time. Twenty hosts with eight partitions each have room.</summary>
    public const int MaxConnections = 256;

    /// <summary>Per connection: enough for a consumer of 100 partitions.</summary>
    public const ushort MaxChannel = 255;

    /// <summary>Per connection, over all its sessions.</summary>
    public const int MaxLinks = 256;

    /// <summary>Per partition and consumer group, without an owner level, as in Event Hubs.</summary>
    public const int MaxReaders = 5;

    /// <summary>Messages of several frames that are not yet whole, over all connections.</summary>
    public const long MaxBufferedBytes = 64 * 1024 * 1024;

    /// <summary>Answers of $cbs and $management that a client has not yet given credit for.</summary>
    public const int MaxPendingReplies = 32;

    /// <summary>Tokens of one connection.</summary>
    public const int MaxTokens = 512;

    /// <summary>Messages that a client may send before they are settled.</summary>
    public const uint SendCredit = 300;

    /// <summary>From the connection to the Open.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(30);
}
