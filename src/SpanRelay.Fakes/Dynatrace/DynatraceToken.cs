using System.Security.Cryptography;
using System.Text;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>An access token with what it may do.</summary>
/// <param name="Value"><c>dt0c01.{24}.{64}</c> (classic) or <c>dt0s16.…</c> (platform). A secret.</param>
/// <param name="Scopes">Such as <see cref="ClassicIngestScope"/>.</param>
public sealed record DynatraceToken(string Value, IReadOnlyCollection<string> Scopes)
{
    /// <summary>What a classic token needs to send spans.</summary>
    public const string ClassicIngestScope = "openTelemetryTrace.ingest";

    /// <summary>What a platform token needs to send spans.</summary>
    public const string PlatformIngestScope = "openpipeline:traces:ingest";

    /// <summary>What a classic token needs to send metrics.</summary>
    public const string ClassicMetricsScope = "metrics.ingest";

    /// <summary>What a platform token needs to send metrics.</summary>
    public const string PlatformMetricsScope = "openpipeline:metrics:ingest";

    /// <summary>What a platform token needs to query spans.</summary>
    public const string PlatformSpansScope = "storage:spans:read";

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    internal bool IsPlatform => Value.StartsWith("dt0s16.", StringComparison.Ordinal);

    internal string IngestScope => IsPlatform ? PlatformIngestScope : ClassicIngestScope;

    internal string MetricsScope => IsPlatform ? PlatformMetricsScope : ClassicMetricsScope;

    internal string AuthorizationScheme => IsPlatform ? "Bearer" : "Api-Token";

    /// <summary>A random classic token; without scopes given, it may send spans.</summary>
    public static DynatraceToken CreateClassic(params string[] scopes) => new(
        $"dt0c01.{RandomNumberGenerator.GetString(Alphabet, 24)}.{RandomNumberGenerator.GetString(Alphabet, 64)}",
        scopes is [] ? [ClassicIngestScope] : scopes);

    /// <summary>A random platform token; without scopes given, it may send spans.</summary>
    public static DynatraceToken CreatePlatform(params string[] scopes) => new(
        $"dt0s16.{RandomNumberGenerator.GetString(Alphabet, 8)}.{RandomNumberGenerator.GetString(Alphabet, 64)}",
        scopes is [] ? [PlatformIngestScope] : scopes);

    // A record prints its members: the secret must not be among them.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Value = ").Append(Value.AsSpan(0, Math.Min(Value.Length, 6))).Append("…, Scopes = ").AppendJoin(' ', Scopes);
        return true;
    }
}
