using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace SpanRelay.Tokens;

/// <summary>A Dynatrace token. Its text form shows the part that is safe to log; the secret leaves only in the request header.</summary>
public sealed partial class ApiToken
{
    private readonly string _value;

    private ApiToken(string value, string scheme, bool hadPrefix)
    {
        _value = value;
        Scheme = scheme;
        HadPrefix = hadPrefix;
    }

    /// <summary><c>Api-Token</c> for classic access tokens, <c>Bearer</c> for platform tokens: Dynatrace refuses the wrong one with 401.</summary>
    public string Scheme { get; }

    /// <summary>It was pasted with "Api-Token " or "Bearer " in front, which is removed.</summary>
    public bool HadPrefix { get; }

    /// <summary>Classic tokens have an id by which Dynatrace's token API knows them: kind and public part. No secret.</summary>
    public string Id => _value[.._value.LastIndexOf('.')];

    public bool IsPlatform => Scheme == "Bearer";

    public AuthenticationHeaderValue Authorization => new(Scheme, _value);

    /// <summary>The token itself. A secret: for Key Vault and Dynatrace's token lookup only.</summary>
    internal string Value => _value;

    /// <param name="problem">What is wrong, to follow the setting's name; it does not repeat the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ApiToken? token, [NotNullWhen(false)] out string? problem)
    {
        token = null;
        problem = null;
        text = text.Trim();
        var value = WithoutScheme(text);
        if (ClassicToken.IsMatch(value))
            token = new ApiToken(value, "Api-Token", hadPrefix: value != text);
        else if (PlatformToken.IsMatch(value))
            token = new ApiToken(value, "Bearer", hadPrefix: value != text);
        else if (value.StartsWith("dt0", StringComparison.Ordinal))
            problem = "is cut short or altered: a Dynatrace token is dt0c01. (access token) or dt0s16. (platform token), 24 characters, a dot and 64 characters, A to Z and 0 to 9.";
        else
            problem = "is not a Dynatrace token: those start with dt0c01. (access token) or dt0s16. (platform token).";
        return token is not null;
    }

    /// <summary>The kind and public part: dt0c01.ABC….</summary>
    public override string ToString() => _value[..(_value.LastIndexOf('.') + 1)] + "…";

    private static string WithoutScheme(string text)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["Api-Token ", "Bearer "])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return text[scheme.Length..].Trim();
        }

        return text;
    }

    [GeneratedRegex(@"^dt0c[0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClassicToken { get; }

    [GeneratedRegex(@"^dt0s[0-9]{2}\.[A-Z0-9]{8,24}\.[A-Z0-9]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlatformToken { get; }
}
