using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.EventHub;

/// <summary>How the hub's HTTPS-send door is opened.</summary>
public sealed class EventHubServerOptions
{
    /// <summary>Port on 127.0.0.1. 0, the default, takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Decides on expiry.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Without one, the default, the server logs nothing.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
