using Microsoft.Extensions.Logging;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>How the Dynatrace stand-in runs.</summary>
public sealed class DynatraceServerOptions
{
    /// <summary>Port on 127.0.0.1. 0, the default, takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Decides on the age of spans, stamps requests, and times the delay of faults.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Called with every request after its outcome is decided and its spans are kept, before the response.</summary>
    public Func<CapturedRequest, CancellationToken, ValueTask>? OnRequest { get; init; }

    /// <summary>Without one, the default, the server logs nothing.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
