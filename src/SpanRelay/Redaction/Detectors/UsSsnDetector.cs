using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>United States social security numbers, with hyphens between area, group and serial number, or with spaces if their name precedes them.</summary>
internal sealed class UsSsnDetector : Detector
{
    public override string Name => "usSsn";

    public override Minimum Minimum { get; } = new("123-45-6789".Length, new(9, Minimum.Digits), new(2, "- "));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit) => ShapeSearch.TryFind<Number>(text, from, out hit);

    private readonly struct Number : IShape
    {
        private const int Length = 11;

        public static int Reach => Length - 1;

        public static int Skip(ReadOnlySpan<byte> rest) => rest.IndexOfAnyInRange((byte)'0', (byte)'9');

        public static ulong Candidates(ByteBlock block)
        {
            var digits = block.Digits;
            var twos = digits & (digits >> 1);
            var numbers = twos & (digits >> 2) & (twos >> 4) & (twos >> 7) & (twos >> 9);
            if (numbers == 0)
                return 0;

            var separators = block.Equal('-') | block.Equal(' ');
            return numbers & (separators >> 3) & (separators >> 6);
        }

        public static bool TryMatch(ReadOnlySpan<byte> text, int candidate, out Hit hit)
        {
            hit = new Hit(candidate, Length);
            if (text.Length - candidate < Length || !Boundary.NumberStarts(text, candidate) || !Boundary.NumberEnds(text, hit.End))
                return false;

            var number = text.Slice(candidate, Length);
            return number[3] == number[6] && IsAssigned(number) && !IsAmongGroups(text, hit, number[3]) && (number[3] == '-' || IsNamed(text[..candidate]));
        }

        /// <summary>Three numbers separated by spaces are more often dimensions, so the name must precede them.</summary>
        private static bool IsNamed(ReadOnlySpan<byte> left)
        {
            const int Looked = 40;
            left = left[Math.Max(0, left.Length - Looked)..];
            return left.IndexOf("SSN"u8) >= 0 || left.IndexOf("ssn"u8) >= 0 || left.IndexOf("ocial"u8) >= 0;
        }

        /// <summary>Area 000, 666 and 9xx, group 00 and serial number 0000 are never issued.</summary>
        private static bool IsAssigned(ReadOnlySpan<byte> number) =>
            number[0] != '9'
            && !number.StartsWith("000"u8)
            && !number.StartsWith("666"u8)
            && !number[4..].StartsWith("00"u8)
            && !number[7..].StartsWith("0000"u8);

        /// <summary>More groups with the same separator: a phone number, a date, an id.</summary>
        private static bool IsAmongGroups(ReadOnlySpan<byte> text, Hit hit, byte separator) =>
            (hit.Start >= 2 && text[hit.Start - 1] == separator && AsciiByte.IsDigit(text[hit.Start - 2]) && !Boundary.EndsEscape(text, hit.Start - 1))
            || (text.Length - hit.End >= 2 && text[hit.End] == separator && AsciiByte.IsDigit(text[hit.End + 1]))
            || (hit.Start >= 1 && text[hit.Start - 1] == '+');
    }
}
