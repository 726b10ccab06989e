using System.Buffers;
using System.Text;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Numbers;

/// <summary>
/// Decides whether a number that could be a card number is one. One in fifty ids of 16 digits has an issuer's prefix and the right
/// check digit, so a number without groups needs a word beside it: one about cards, or for the usual lengths one that is not about ids.
/// </summary>
internal static class CardContext
{
    private const int LookedBefore = 48;
    private const int LookedBehind = 24;
    private const int MostDigitsOfTests = 5;

    // A shorter part of a truncated replacement contains no word about cards.
    private const int ShortestRemnant = 4;

    private static ReadOnlySpan<byte> Replacement => "[creditcard]"u8;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static readonly byte[][] CardWords = [.. new[] { "card", "karte", "visa", "amex", "master", "discover", "diners", "jcb", "maestro", "credit", "debit", "payment", "paid", "pay ", "cvv", "cvc", "expir", "ccn" }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] IdWords = [.. new[] { "id", "ids", "trace", "span", "request", "order", "ticket", "ref", "no", "nr", "number", "account", "user", "session", "message", "event", "offset", "timestamp", "at", "ts", "time", "nanos", "pid", "key", "seq", "sequence", "version", "build", "job", "task", "item", "record", "row", "lsn", "hash", "etag" }.Select(Encoding.ASCII.GetBytes)];

    public static bool IsAround(ReadOnlySpan<byte> text, Hit number)
    {
        var before = text[Math.Max(0, number.Start - LookedBefore)..number.Start];
        if (HasCardWord(before) || HasCardWord(text[number.End..Math.Min(text.Length, number.End + LookedBehind)]))
            return true;
        if (number.Length is not (15 or 16))
            return false;
        return IsTestNumber(text.Slice(number.Start, number.Length)) || IsInProse(before, text[number.End..]);
    }

    private static bool HasCardWord(ReadOnlySpan<byte> text)
    {
        Span<byte> lower = stackalloc byte[LookedBefore];
        lower = lower[..text.Length];
        for (var i = 0; i < text.Length; i++)
            lower[i] = AsciiByte.ToLower(text[i]);
        BlankReplacements(lower);
        foreach (var word in CardWords)
        {
            if (lower.IndexOf(word) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>The replacement of a card redacted before says nothing about its neighbors; the window may cut it.</summary>
    private static void BlankReplacements(Span<byte> lower)
    {
        while (lower.IndexOf(Replacement) is >= 0 and var start)
            lower.Slice(start, Replacement.Length).Clear();
        for (var length = Replacement.Length - 1; length > ShortestRemnant; length--)
        {
            if (lower.StartsWith(Replacement[^length..]))
                lower[..length].Clear();
            if (lower.EndsWith(Replacement[..length]))
                lower[^length..].Clear();
        }
    }

    /// <summary>Few different digits: chosen by people, like the test numbers that payment providers publish.</summary>
    private static bool IsTestNumber(ReadOnlySpan<byte> digits)
    {
        var seen = 0;
        foreach (var digit in digits)
            seen |= 1 << (digit - '0');
        return System.Numerics.BitOperations.PopCount((uint)seen) <= MostDigitsOfTests;
    }

    /// <summary>After a word and a space, where the word is not one that precedes ids.</summary>
    private static bool IsInProse(ReadOnlySpan<byte> before, ReadOnlySpan<byte> behind)
    {
        if (!before.EndsWith(" "u8))
            return !behind.IsEmpty && behind[0] == ' ' && behind.Length > 1 && AsciiByte.IsLetter(behind[1]) && (before.IsEmpty || before[^1] is (byte)'(' or (byte)'\n');

        var words = before.TrimEnd((byte)' ');
        var start = words.LastIndexOfAnyExcept(Letters) + 1;
        return start < words.Length && !IsIdWord(words[start..]);
    }

    private static bool IsIdWord(ReadOnlySpan<byte> last)
    {
        foreach (var word in IdWords)
        {
            if (word.Length == last.Length && AsciiByte.StartsWithIgnoringCase(last, 0, word))
                return true;
        }

        return false;
    }
}
