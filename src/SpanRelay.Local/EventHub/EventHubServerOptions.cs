using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.EventHub;

/// <summary>How the hub's doors are opened.</summary>
internal sealed class EventHubServerOptions
{
    /// <summary>Port of HTTPS send on 127.0.0.1. 0, the default, takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Port of AMQP on 127.0.0.1. 0, the default, takes a free one.</summary>
    public int AmqpPort { get; init; }

    /// <summary>Decides on expiry of signatures for HTTPS send.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Without one, the default, the server logs nothing.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
