using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SpanRelay.Delivery;

/// <summary>The address that takes trace exports, made of whatever names the environment: its id, its web address, its OTLP address.</summary>
public sealed partial class DynatraceEndpoint
{
    private const string OtlpPath = "/api/v2/otlp";
    private const string TracesPath = "/v1/traces";

    private DynatraceEndpoint(Uri traces) => Traces = traces;

    public Uri Traces { get; }

    /// <param name="problem">What is wrong, to stand behind the setting's name.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DynatraceEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        endpoint = null;
        text = text.Trim();
        if (EnvironmentId.IsMatch(text))
            text = $"https://{text}.live.dynatrace.com";
        else if (!text.Contains("://", StringComparison.Ordinal))
            text = "https://" + text;

        problem = Uri.TryCreate(text, UriKind.Absolute, out var address) ? FindProblem(address) : Unreadable;
        if (problem is not null)
            return false;

        endpoint = new DynatraceEndpoint(TracesOf(address!));
        return true;
    }

    public override string ToString() => Traces.AbsoluteUri;

    private const string Unreadable =
        "is neither an environment id (such as abc12345) nor an address (such as https://abc12345.live.dynatrace.com).";

    private static string? FindProblem(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            return "must be an https address: spans and the token would travel in the open.";
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            return "takes an address without user, query or fragment.";
        if (!address.IsLoopback && !address.Host.Contains('.', StringComparison.Ordinal))
            return Unreadable;
        return null;
    }

    private static Uri TracesOf(Uri address)
    {
        var host = address.IdnHost.ToLowerInvariant()
            .Replace(".live.apps.", ".live.", StringComparison.Ordinal)
            .Replace(".sprint.apps.dynatracelabs.", ".sprint.dynatracelabs.", StringComparison.Ordinal)
            .Replace(".dev.apps.dynatracelabs.", ".dev.dynatracelabs.", StringComparison.Ordinal)
            .Replace(".apps.dynatrace.", ".live.dynatrace.", StringComparison.Ordinal);
        return new UriBuilder(address.Scheme, host, address.Port, EnvironmentPathOf(address) + OtlpPath + TracesPath).Uri;
    }

    // Managed and ActiveGate addresses name the environment in the path (/e/{id}); web addresses have pages there (/ui/…).
    private static string EnvironmentPathOf(Uri address) => EnvironmentPath.Match(address.AbsolutePath).Value.TrimEnd('/');

    [GeneratedRegex("^[a-z]{3}[0-9]{5}$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex EnvironmentId { get; }

    [GeneratedRegex("^/+e/[^/]+", RegexOptions.CultureInvariant)]
    private static partial Regex EnvironmentPath { get; }
}
