using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

/// <summary>Characters as a machine draws them for a token: a letter for the alphabet, and how many.</summary>
internal static class Drawn
{
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";

    private static readonly string Lower = Upper.ToLowerInvariant();

    public static string From(string wanted, Random random) =>
        wanted.Length == 0 ? "" : new string(random.GetItems<char>(Alphabet(wanted[0]), int.Parse(wanted.AsSpan(1), null)));

    private static string Alphabet(char name) => name switch
    {
        'a' => Upper + Lower + Digits,
        'u' => Upper + Digits,
        'w' => Upper + Lower + Digits + "-_",
        'b' => Upper + Lower + Digits + "+/",
        'l' => Upper + Lower,
        'h' => Digits + "abcdef",
        'd' => Digits,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
