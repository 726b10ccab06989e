using System.Text.RegularExpressions;

namespace SpanRelay.Local.Host.Worker;

/// <summary>Removes credentials from what a worker wrote before it is logged or put into a message.</summary>
internal static partial class SecretMask
{
    public static string Apply(string line) => Secrets().Replace(line, "$1***");

    [GeneratedRegex(
        @"(dt0[a-zA-Z][0-9]{2}\.[A-Z0-9]+\.|SharedAccessKey=|AccountKey=|\bsig=|Bearer\s+)[^\s;&""',]+",
        RegexOptions.CultureInvariant)]
    private static partial Regex Secrets();
}
