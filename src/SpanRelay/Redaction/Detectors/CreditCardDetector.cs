using SpanRelay.Redaction.Detectors.Numbers;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>Payment card numbers, in one run of digits or in the groups that are printed on cards.</summary>
internal sealed class CreditCardDetector : Detector
{
    public override string Name => "creditCard";

    public override Minimum Minimum { get; } = new(CardNumber.Shortest, new CountOf(CardNumber.Shortest, Minimum.Digits));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit) => ShapeSearch.TryFind<Number>(text, from, out hit);

    private readonly struct Number : IShape
    {
        /// <summary>Tries longer numbers first: a card number may be followed by a space and its three-digit security code.</summary>
        private static readonly byte[][] Groupings =
        [
            [4, 4, 4, 4, 3], [4, 4, 4, 4, 2], [4, 4, 4, 4, 1], [4, 4, 4, 4], [4, 6, 5], [4, 6, 4], [4, 4, 5], [4, 4, 4, 1],
        ];

        private const int MostGroups = 5;
        private const int LongestGroup = 6;

        public static int Reach => 4;

        public static int Skip(ReadOnlySpan<byte> rest) => rest.IndexOfAnyInRange((byte)'0', (byte)'9');

        public static ulong Candidates(ByteBlock block)
        {
            var digits = block.Digits;
            var fours = digits & (digits >> 1) & (digits >> 2) & (digits >> 3);
            if (fours == 0)
                return 0;

            fours &= (digits | block.Equal(' ') | block.Equal('-')) >> 4;
            return fours == 0 ? 0 : fours & (~(digits << 1) | block.BehindEscapes);
        }

        public static bool TryMatch(ReadOnlySpan<byte> text, int candidate, out Hit hit)
        {
            hit = default;
            if (text[candidate] is < (byte)'2' or > (byte)'6' || !Boundary.NumberStarts(text, candidate))
                return false;

            var isRun = AsciiByte.IsDigit(text[candidate + 4]);
            var length = isRun ? LengthOfRun(text[candidate..]) : LengthOfGroups(text, candidate);
            hit = new Hit(candidate, length);
            return length > 0 && Boundary.NumberEnds(text, hit.End) && !IsPhoneNumber(text, hit) && (!isRun || CardContext.IsAround(text, hit));
        }

        private static int LengthOfRun(ReadOnlySpan<byte> text)
        {
            var length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            length = length < 0 ? text.Length : length;
            return CardNumber.IsValid(text[..length]) ? length : 0;
        }

        private static int LengthOfGroups(ReadOnlySpan<byte> text, int start)
        {
            Span<byte> digits = stackalloc byte[MostGroups * LongestGroup];
            Span<byte> lengths = stackalloc byte[MostGroups];
            lengths = lengths[..ReadGroups(text[start..], digits, lengths)];
            foreach (var groups in Groupings)
            {
                if (!lengths.StartsWith(groups))
                    continue;

                var count = DigitsOf(groups);
                var end = start + count + groups.Length - 1;
                if (CardNumber.IsValid(digits[..count]) && Boundary.NumberEnds(text, end))
                    return end - start;
            }

            return 0;
        }

        private static int DigitsOf(byte[] groups)
        {
            var count = 0;
            foreach (var group in groups)
                count += group;
            return count;
        }

        /// <summary>Groups of digits, the first of four, all separated by the same character.</summary>
        /// <returns>The number of groups.</returns>
        private static int ReadGroups(ReadOnlySpan<byte> text, Span<byte> digits, Span<byte> lengths)
        {
            var (at, count) = (0, 0);
            for (var group = 0; group < lengths.Length; group++)
            {
                if (group > 0 && (at >= text.Length || text[at++] != text[4]))
                    return group;

                var length = text[at..Math.Min(text.Length, at + LongestGroup + 1)].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
                length = length < 0 ? Math.Min(text.Length - at, LongestGroup + 1) : length;
                if (length is 0 or > LongestGroup)
                    return group;

                text.Slice(at, length).CopyTo(digits[count..]);
                lengths[group] = (byte)length;
                count += length;
                at += length;
            }

            return lengths.Length;
        }

        /// <summary>After a plus sign, up to 15 digits are a phone number.</summary>
        private static bool IsPhoneNumber(ReadOnlySpan<byte> text, Hit hit) =>
            hit is { Start: > 0, Length: <= 15 } && text[hit.Start - 1] == '+';
    }
}
