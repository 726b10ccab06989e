using System.Diagnostics.CodeAnalysis;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>The address that accepts trace exports, derived from anything that names the environment: its id, its web address, its OTLP address.</summary>
public sealed class DynatraceEndpoint
{
    private DynatraceEndpoint(Uri traces, IReadOnlyList<string> corrections)
    {
        Traces = traces;
        Corrections = corrections.Count == 0 ? [] : [$"is read as {traces.AbsoluteUri}: {string.Join("; ", corrections)}."];
    }

    public Uri Traces { get; }

    /// <summary>Accepts metrics: <c>…/v1/metrics</c>, beside traces.</summary>
    public Uri Metrics => new(Traces, "metrics");

    /// <summary>Mistakes that were corrected because they have only one meaning, to follow the setting's name; empty where nothing was.</summary>
    public IReadOnlyList<string> Corrections { get; }

    /// <param name="problem">What is wrong, to follow the setting's name. It repeats no user, password or query.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DynatraceEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        var reader = new EnvironmentAddressReader();
        var traces = reader.Read(text);
        problem = traces is null ? reader.Problem ?? "" : null;
        endpoint = traces is null ? null : new DynatraceEndpoint(traces, reader.Corrections);
        return endpoint is not null;
    }

    /// <summary>The address of another receiver of OTLP, taken as it is.</summary>
    internal static DynatraceEndpoint Of(Uri traces) => new(traces, []);

    public override string ToString() => Traces.AbsoluteUri;
}
