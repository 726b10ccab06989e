using System.Buffers;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>E-mail addresses, also with letters of other European alphabets, and percent-encoded in a URL.</summary>
internal sealed class EmailDetector : Detector
{
    // In bytes: the 64 and 255 characters of RFC 5321, with room for a few escapes.
    private const int LongestLocalPart = 256;
    private const int LongestDomain = 512;

    private static readonly SearchValues<byte> Anchors = SearchValues.Create("@%"u8);

    public override string Name => "email";

    public override Minimum Minimum { get; } = new("a@b.cd".Length, new(1, "@%"), new(1, "."));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit)
    {
        for (var at = from; text[at..].IndexOfAny(Anchors) is >= 0 and var index; at += index + 1)
        {
            var sign = at + index;
            var signEnd = text[sign] == '@' ? sign + 1 : text[sign..].StartsWith("%40"u8) ? sign + 3 : 0;
            if (signEnd > 0 && TryMatch(text, from, sign, signEnd, out hit))
                return true;
        }

        hit = default;
        return false;
    }

    private static bool TryMatch(ReadOnlySpan<byte> text, int from, int sign, int signEnd, out Hit hit)
    {
        hit = default;
        var start = StartOfLocalPart(text, from, sign);
        if (start == sign || text[start..sign].SequenceEqual("git"u8)) // git@host, in the address of a repository
            return false;

        var end = signEnd + EmailDomain.LengthOf(text[signEnd..Math.Min(text.Length, signEnd + LongestDomain)]);
        if (end == signEnd)
            return false;

        hit = Hit.Between(start, end);
        return true;
    }

    private static int StartOfLocalPart(ReadOnlySpan<byte> text, int from, int sign)
    {
        var start = sign;
        var limit = Math.Max(from, sign - LongestLocalPart);
        while (start > limit && StepLeft(text, limit, start) is > 0 and var step)
            start -= step;

        if (start > 0)
            start = Math.Min(sign, BehindEscape(text, start));
        while (start < sign && text[start] is (byte)'.' or (byte)'\'' or (byte)'-' or (byte)'+')
            start++;
        return start;
    }

    /// <returns>The length of the local part's character that ends before <paramref name="start"/>; 0 if there is none.</returns>
    private static int StepLeft(ReadOnlySpan<byte> text, int limit, int start)
    {
        var left = text[start - 1];
        if (AsciiByte.IsLetterOrDigit(left) || left is (byte)'_' or (byte)'-' or (byte)'+' or (byte)'\'')
            return 1;

        return left switch
        {
            (byte)'.' => text[start] == '.' ? 0 : 1,
            (byte)'%' => AsciiByte.StartsWithIgnoringCase(text, start, "2b"u8) ? 1 : 0,
            (byte)'\\' => LengthOfEscape(text, limit, start),
            _ => start - limit >= 2 && EmailDomain.IsLetter(text[start - 2], left) ? 2 : 0,
        };
    }

    /// <summary>An escaped plus sign, apostrophe or letter is part of the address; any other escape ends it on the left.</summary>
    /// <returns>The number of backslashes; the rest of the escape is letters and digits, already counted.</returns>
    private static int LengthOfEscape(ReadOnlySpan<byte> text, int limit, int start)
    {
        var first = start - 1;
        while (first > limit && start - first < JsonEscape.MostBackslashes && text[first - 1] == '\\')
            first--;

        return JsonEscape.TryReadCodeUnit(text, first, out var codeUnit, out _) && (codeUnit is '+' or '\'' || EmailDomain.IsLetter(codeUnit))
            ? start - first
            : 0;
    }

    private static int BehindEscape(ReadOnlySpan<byte> text, int start)
    {
        var end = start + (text[start - 1], text[start]) switch
        {
            ((byte)'\\', (byte)'u') => 5,
            ((byte)'\\', _) => 1,
            ((byte)'%', _) => 2,
            _ => 0,
        };
        return end > start && end <= text.Length && Boundary.EndsEscape(text, end) ? end : start;
    }
}
