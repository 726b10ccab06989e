using System.Diagnostics;

namespace SpanRelay.Telemetry;

/// <summary>Where the relay's own telemetry comes from: the name of its meter and of its activity source.</summary>
public static class RelayTelemetry
{
    public const string Name = "SpanRelay";

    internal static readonly ActivitySource Source = new(Name);
}
