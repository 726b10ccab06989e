using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SpanRelay.Local.Hosting;

/// <summary>How a handler is started and watched.</summary>
public sealed class HandlerOptions
{
    /// <summary>Full path.</summary>
    public required string Executable { get; init; }

    /// <summary>Arguments of the executable; none by default.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The handler's working directory.</summary>
    public required string Folder { get; init; }

    /// <summary>Set as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a start may take until the handler answers, in real time.</summary>
    public TimeSpan InitializationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tells how far crashes lie apart.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The handler's lines go here with credentials masked.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Gets every line as it was written. May be called from two threads at once; must not throw.</summary>
    public Action<HandlerOutput>? OnOutput { get; init; }
}
