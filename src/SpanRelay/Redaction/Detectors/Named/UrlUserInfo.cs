using System.Buffers;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>
/// User name and password of a URL, whatever its scheme and host. A user name alone stays, as in <c>ssh://git@github.com</c>,
/// unless it looks generated, as tokens in a URL do.
/// </summary>
internal static class UrlUserInfo
{
    private const int Longest = 512;

    private static readonly SearchValues<byte> AuthorityEnds = SearchValues.Create("/?# \t\r\n\"'`<>\\{}"u8);
    private static readonly SearchValues<byte> UrlEnds = SearchValues.Create(" \t\r\n\"'`<>"u8);

    /// <param name="text">Any bytes.</param>
    /// <param name="start">The position after <c>://</c>.</param>
    /// <param name="hit">Everything before the at sign.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, int start, out Hit hit)
    {
        hit = default;
        var rest = text[start..Math.Min(text.Length, start + Longest)];
        var length = rest.IndexOfAny(AuthorityEnds);
        var authority = length < 0 ? rest : rest[..length];
        var at = authority.LastIndexOf((byte)'@');
        if (at < 0 && IsPasswordCut(authority, rest))
        {
            var url = rest.IndexOfAny(UrlEnds);
            at = (url < 0 ? rest : rest[..url]).IndexOf((byte)'@');
        }

        if (at <= 0 || !IsSecret(rest[..at]))
            return false;
        hit = new(start, at);
        return true;
    }

    /// <summary>A password that contains an unencoded slash or other delimiter: the text after the colon is not a port.</summary>
    private static bool IsPasswordCut(ReadOnlySpan<byte> authority, ReadOnlySpan<byte> rest)
    {
        var colon = authority.IndexOf((byte)':');
        return colon >= 0 && authority[0] != '[' && authority.Length < rest.Length && authority[(colon + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private static bool IsSecret(ReadOnlySpan<byte> userInfo)
    {
        var colon = userInfo.IndexOf((byte)':');
        if (colon < 0)
            return SecretValue.IsGenerated(userInfo);
        return SecretValue.IsQuotedSecret(userInfo[(colon + 1)..], SecretName.Yes) || SecretValue.IsGenerated(userInfo[..colon]);
    }
}
