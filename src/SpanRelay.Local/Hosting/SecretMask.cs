using System.Text.RegularExpressions;

namespace SpanRelay.Local.Hosting;

/// <summary>Takes credentials out of what a handler wrote before it is logged or put into a message.</summary>
internal static partial class SecretMask
{
    public static string Apply(string line) => Secrets().Replace(line, "$1***");

    [GeneratedRegex(
        @"(dt0[a-zA-Z][0-9]{2}\.[A-Z0-9]+\.|SharedAccessKey=|AccountKey=|\bsig=|Bearer\s+)[^\s;&""',]+",
        RegexOptions.CultureInvariant)]
    private static partial Regex Secrets();
}
