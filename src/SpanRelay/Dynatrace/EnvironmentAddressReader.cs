using System.Text.RegularExpressions;

namespace SpanRelay.Dynatrace;

/// <summary>
/// Reads what people paste for their environment. A mistake with one possible meaning is corrected with a warning; one with
/// several is a problem that lists them.
/// </summary>
internal sealed partial class EnvironmentAddressReader
{
    private const string TracesPath = "/api/v2/otlp/v1/traces";
    private const string Saas = "dynatrace.com";
    private const string Labs = "dynatracelabs.com";

    private const string Unreadable =
        "is neither an environment id (such as abc12345) nor an address (such as https://abc12345.live.dynatrace.com).";

    // Left over from where the address was copied: quotes, brackets, the full stop of a sentence.
    private static readonly char[] Wrapping = [.. " \t\r\n\"'`<>“”‘’«»,;."];

    private readonly List<string> _corrections = [];

    public IReadOnlyList<string> Corrections => _corrections;

    public string? Problem { get; private set; }

    /// <summary>The address that accepts traces; null with a <see cref="Problem"/>.</summary>
    public Uri? Read(string text)
    {
        text = text.Trim(Wrapping);
        if (FindProblemOfText(text) is { } problem)
            return Fail(problem);
        if (EnvironmentId.IsMatch(text))
            text += ".live." + Saas;
        if (!TryReadAddress(text, out var address))
            return Fail(Unreadable);
        if (FindProblemOfAddress(address) is { } problemOfAddress)
            return Fail(problemOfAddress);

        var environment = EnvironmentPath.Match(CollapsedPath(address));
        var prefix = environment.Success ? environment.Groups["prefix"].Value + "/e/" + NormalizedId(environment.Groups["id"].Value) : "";
        var host = address.IdnHost.TrimEnd('.').ToLowerInvariant();
        return IsSaas(host, environment.Success)
            ? ReadSaas(address, host, environment)
            : ReadOwn(address, host, prefix, environment);
    }

    private static string? FindProblemOfText(string text)
    {
        if (text.StartsWith("dt0", StringComparison.Ordinal) && text.Contains('.', StringComparison.Ordinal))
            return "is a token, not an environment: it belongs into Dynatrace__ApiToken.";
        if (Placeholder.IsMatch(text))
            return "still holds a placeholder: put the environment's own id or domain in its place.";
        if (ManagedId.IsMatch(text) || text.StartsWith("/e/", StringComparison.Ordinal) || text.StartsWith("e/", StringComparison.Ordinal))
            return $"names a Managed environment without its domain. Is it {Candidates("https://{domain}/e/{id}", "https://{activegate}:9999/e/{id}")}?";
        return text.Any(char.IsWhiteSpace) || text.Contains(',', StringComparison.Ordinal) ? Unreadable : null;
    }

    private bool TryReadAddress(string text, out Uri address)
    {
        var doubled = RepeatedScheme.Match(text);
        if (doubled.Length > 0)
        {
            text = text[doubled.Length..];
            Correct("https:// stood there twice");
        }

        var scheme = Scheme.Match(text);
        text = scheme.Success ? $"{scheme.Groups["name"].Value}://{text[scheme.Length..]}" : "https://" + text.TrimStart('/');
        return Uri.TryCreate(text, UriKind.Absolute, out address!) && address.Host.Length > 0;
    }

    private static string? FindProblemOfAddress(Uri address)
    {
        if (address.UserInfo.Length > 0)
            return "takes an address without user and password.";
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            return "must be an https address: spans and the token would travel in the open.";
        return null;
    }

    /// <summary>An address of Dynatrace's own domains: the host names the environment, and nothing else of it matters.</summary>
    private Uri? ReadSaas(Uri address, string host, Match environment)
    {
        var id = host.Split('.')[0];
        if (id is "live" or "apps" or "www" or "docs" or "sso" or "account" or "sprint" or "dev" || host is Saas or Labs)
            return Fail("names no environment. Is it https://{id}.live.dynatrace.com, with the id before the first dot of the environment's web address?");
        var inPath = environment.Success ? NormalizedId(environment.Groups["id"].Value) : id;
        if (inPath != id)
            return Fail($"names two environments. Is it {Candidates($"https://{id}.live.{Saas}", $"https://{inPath}.live.{Saas}")}?");

        var domain = DomainOf(host);
        var target = TargetOf(domain);
        if (target is null)
            return Fail($"has several meanings. Is it {Candidates($"https://{id}.live.{Saas}", $"https://{id}.sprint.{Labs}", $"https://{id}.dev.{Labs}")}?");
        if (domain != target && !IsWebDomain(domain))
            Correct(domain.Length == 0 ? "an id alone needs no https://" : $"{id}.{domain} is no host of Dynatrace's");
        if (!address.IsDefaultPort)
            Correct($"Dynatrace listens on port 443, not {address.Port}");
        if (environment.Success)
            Correct("the host names the environment, and /e/ is for Managed and ActiveGate");
        NoteRest(address, CollapsedPath(address)[environment.Length..]);
        return new Uri($"https://{id}.{target}{TracesPath}");
    }

    /// <summary>The domain that accepts spans, by what follows the environment id; null if it could be one of several.</summary>
    private static string? TargetOf(string domain) => domain switch
    {
        "" or "live" or "apps" or "live.apps" or "live.dynatrace" or "apps.dynatrace" => "live." + Saas,
        "live." + Saas or "apps." + Saas or "live.apps." + Saas or "apps.live." + Saas or Saas => "live." + Saas,
        "sprint." + Labs or "sprint.apps." + Labs or "apps.sprint." + Labs => "sprint." + Labs,
        "dev." + Labs or "dev.apps." + Labs or "apps.dev." + Labs => "dev." + Labs,
        _ => null,
    };

    private static bool IsWebDomain(string domain) => domain is "apps." + Saas or "sprint.apps." + Labs or "dev.apps." + Labs;

    /// <summary>Managed, Government, an ActiveGate or a proxy in front of one: the environment is in the path.</summary>
    private Uri? ReadOwn(Uri address, string host, string prefix, Match environment)
    {
        if (!address.IsLoopback && !host.Contains('.', StringComparison.Ordinal) && !environment.Success)
            return Fail(Unreadable);
        if (EmptyEnvironmentPath.IsMatch(address.AbsolutePath))
            return Fail($"names no environment behind /e/. Is it {Candidates($"{Authority(address, host)}/e/{{id}}")}?");
        if (host.Contains(".apps.", StringComparison.Ordinal) && !environment.Success)
            return Fail($"is a web address, where no spans are taken. Is it {Candidates($"https://{host.Replace(".apps.", ".live.", StringComparison.Ordinal)}", $"https://{{domain}}/e/{host.Split('.')[0]}")}?");

        if (!environment.Success && address.IsLoopback && OneAgentPath.IsMatch(CollapsedPath(address)))
            return new Uri(Authority(address, host) + "/otlp/v1/traces");
        if (!environment.Success && !address.IsLoopback)
            Correct("it names no environment (/e/{id}), which is right only where a proxy adds it");
        if (!environment.Success)
            prefix = OtlpPath.Match(CollapsedPath(address)) is { Success: true } otlp ? otlp.Groups["prefix"].Value : "";
        NoteRest(address, CollapsedPath(address)[(environment.Success ? environment.Length : prefix.Length)..]);
        return new Uri(Authority(address, host) + prefix + TracesPath);
    }

    /// <summary>Reports which parts after the environment were ignored, unless they belong to the documented address.</summary>
    private void NoteRest(Uri address, string path)
    {
        if (OtherSignal.Match(path) is { Success: true } signal)
            Correct($"{signal.Value} is for another signal");
        else if (!WebPath.IsMatch(path) && !UsualPath.IsMatch(path))
            Correct("its path is not that of the OTLP API");
        if (address.Query.Length > 0 || address.Fragment.Length > 0)
            Correct("what follows ? or # is no part of it");
    }

    /// <summary>A host of Dynatrace's own domains.</summary>
    public static bool IsDynatraceHost(string host) =>
        host is Saas or Labs || host.EndsWith("." + Saas, StringComparison.Ordinal) || host.EndsWith("." + Labs, StringComparison.Ordinal);

    private static bool IsSaas(string host, bool environmentIsInPath) =>
        IsDynatraceHost(host)
        || (!environmentIsInPath && EnvironmentId.IsMatch(host.Split('.')[0]) && TargetOf(DomainOf(host)) is not null);

    private static string DomainOf(string host) => host.IndexOf('.', StringComparison.Ordinal) is var dot && dot < 0 ? "" : host[(dot + 1)..];

    private static string Authority(Uri address, string host) =>
        $"{address.Scheme}://{(address.HostNameType == UriHostNameType.IPv6 ? $"[{host}]" : host)}{(address.IsDefaultPort ? "" : $":{address.Port}")}";

    private static string CollapsedPath(Uri address) => Slashes.Replace(address.AbsolutePath, "/");

    private static string NormalizedId(string id) =>
        EnvironmentId.IsMatch(id) || ManagedId.IsMatch(id) ? id.ToLowerInvariant() : id;

    private static string Candidates(params ReadOnlySpan<string> candidates) => string.Join(" or ", candidates!);

    private void Correct(string reason) => _corrections.Add(reason);

    private Uri? Fail(string problem)
    {
        Problem = problem;
        return null;
    }

    [GeneratedRegex("^[a-z]{3}[0-9]{4}[0-9a-z]$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex EnvironmentId { get; }

    [GeneratedRegex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ManagedId { get; }

    [GeneratedRegex(@"[{}$]|\[[^\]:]*\]|your-|environment-?id", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Placeholder { get; }

    [GeneratedRegex("^https?:/+(?=https?:/)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RepeatedScheme { get; }

    [GeneratedRegex("^(?<name>[a-z][a-z0-9+.-]*):/+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Scheme { get; }

    [GeneratedRegex("//+", RegexOptions.CultureInvariant)]
    private static partial Regex Slashes { get; }

    [GeneratedRegex("^(?<prefix>.*?)/e/(?<id>[^/]+)", RegexOptions.CultureInvariant)]
    private static partial Regex EnvironmentPath { get; }

    [GeneratedRegex("/e/*$", RegexOptions.CultureInvariant)]
    private static partial Regex EmptyEnvironmentPath { get; }

    [GeneratedRegex("^(?<prefix>.*?)(/api/v2(/.*)?|/v1/traces)/?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex OtlpPath { get; }

    /// <summary>The OneAgent of this machine: http://localhost:14499/otlp/v1/traces.</summary>
    [GeneratedRegex("^/otlp(/v1(/traces)?)?/?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex OneAgentPath { get; }

    [GeneratedRegex("/v1/(logs|metrics)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex OtherSignal { get; }

    [GeneratedRegex("^/ui(/|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex WebPath { get; }

    [GeneratedRegex("^/?(api(/v2(/otlp(/v1(/traces)?)?)?)?)?/?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex UsualPath { get; }
}
