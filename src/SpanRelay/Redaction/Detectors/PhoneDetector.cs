using System.Buffers;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>Phone numbers in international notation: a plus sign, a country code, up to 15 digits, with or without separators.</summary>
internal sealed class PhoneDetector : Detector
{
    private const int FewestDigits = 8;
    private const int MostDigits = 15;

    private static readonly SearchValues<byte> Anchors = SearchValues.Create("+\\"u8);

    public override string Name => "phone";

    public override bool OnByDefault => false;

    public override Minimum Minimum { get; } = new("+".Length + FewestDigits, new(FewestDigits, Minimum.Digits), new(1, "+\\"));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit)
    {
        for (var at = from; text[at..].IndexOfAny(Anchors) is >= 0 and var index; at += index + 1)
        {
            if (TryMatch(text, at + index, out hit))
                return true;
        }

        hit = default;
        return false;
    }

    private static bool TryMatch(ReadOnlySpan<byte> text, int plus, out Hit hit)
    {
        hit = default;
        var at = plus + 1;
        if (text[plus] == '\\' && !(JsonEscape.TryRead(text, plus, out var value, out at) && value == '+'))
            return false;
        if (at >= text.Length || text[at] is < (byte)'1' or > (byte)'9')
            return false;
        if (plus > 0 && (text[plus - 1] is (byte)'+' or (byte)'_' or (byte)'\\' || !Boundary.WordStarts(text, plus)))
            return false;

        var end = EndOf(text, at, out var digits);
        if (digits is < FewestDigits or > MostDigits || !Boundary.NumberEnds(text, end))
            return false;

        hit = Hit.Between(plus, end);
        return true;
    }

    private static int EndOf(ReadOnlySpan<byte> text, int at, out int digits)
    {
        digits = 0;
        var end = at;
        while (digits <= MostDigits && at < text.Length)
        {
            if (AsciiByte.IsDigit(text[at]))
            {
                digits++;
                end = ++at;
            }
            else if (at - end < 2 && IsSeparator(text[at..]))
            {
                at++;
            }
            else
            {
                break;
            }
        }

        return end;
    }

    /// <summary>A single digit after a point would make it a decimal number.</summary>
    private static bool IsSeparator(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)' ' or (byte)'-' or (byte)'(' or (byte)')' or (byte)'/' => true,
        (byte)'.' => text.Length > 2 && AsciiByte.IsDigit(text[1]) && AsciiByte.IsDigit(text[2]),
        _ => false,
    };
}
