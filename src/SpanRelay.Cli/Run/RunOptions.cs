using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Host;
using SpanRelay.Redaction.Detectors.Credentials;

namespace SpanRelay.Cli.Run;

internal sealed record RunOptions
{
    /// <summary>Stop after the sample traffic.</summary>
    public bool Once { get; init; }

    /// <summary>A real environment to deliver to; null for the local stand-in.</summary>
    public string? DynatraceEnvironment { get; init; }

    /// <summary>The real environment's token. A secret.</summary>
    public string? DynatraceToken { get; init; }

    public string? FunctionAppFolder { get; init; }

    /// <summary>0 for any free port.</summary>
    public int EventHubPort { get; init; }

    /// <summary>The page's; 0 for any free one.</summary>
    public int PagePort { get; init; }

    /// <summary>Where the local storage account keeps its data.</summary>
    public string? StorageFolder { get; init; }

    /// <summary>Another storage account to use; null for the local one. A credential.</summary>
    public string? StorageConnectionString { get; init; }

    /// <summary>Settings of the function app; they override the local system's.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long sample traffic is sent.</summary>
    public TimeSpan SampleDuration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between two batches of it.</summary>
    public TimeSpan SampleInterval { get; init; } = TimeSpan.FromMilliseconds(250);
}
