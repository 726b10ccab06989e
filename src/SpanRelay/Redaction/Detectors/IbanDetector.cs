using SpanRelay.Redaction.Detectors.Numbers;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>International bank account numbers, in one run or in groups of four.</summary>
internal sealed class IbanDetector : Detector
{
    public override string Name => "iban";

    public override Minimum Minimum { get; } = new(IbanFormat.Shortest, new CountOf(IbanFormat.FewestDigits, Minimum.Digits));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit) => ShapeSearch.TryFind<Number>(text, from, out hit);

    private readonly struct Number : IShape
    {
        private const int Group = 4;
        private const int CountryCode = 2;

        public static int Reach => 3;

        public static int Skip(ReadOnlySpan<byte> rest)
        {
            var digit = rest.IndexOfAnyInRange((byte)'0', (byte)'9');
            return digit < 0 ? -1 : Math.Max(0, digit - CountryCode);
        }

        public static ulong Candidates(ByteBlock block)
        {
            var digits = block.Digits;
            var checkDigits = digits & (digits >> 1);
            if (checkDigits == 0)
                return 0;

            var letters = block.Letters;
            return letters & (letters >> 1) & (checkDigits >> 2);
        }

        public static bool TryMatch(ReadOnlySpan<byte> text, int candidate, out Hit hit)
        {
            hit = default;
            if (!Boundary.WordStarts(text, candidate) || IbanFormat.Find(text[candidate], text[candidate + 1]) is not { } format)
                return false;

            Span<byte> number = stackalloc byte[IbanFormat.Longest];
            var length = Read(text[candidate..], number[..format.Length]);
            if (length == 0 || !Boundary.WordEnds(text, candidate + length) || !format.Fits(number[..format.Length]))
                return false;

            hit = new Hit(candidate, length);
            return true;
        }

        /// <returns>The number's length in bytes; 0 if it is not there.</returns>
        private static int Read(ReadOnlySpan<byte> text, Span<byte> number)
        {
            var isGrouped = text.Length > Group && text[Group] is (byte)' ' or (byte)'-';
            var at = 0;
            for (var i = 0; i < number.Length; i++)
            {
                if (isGrouped && i > 0 && i % Group == 0 && (at >= text.Length || text[at++] != text[Group]))
                    return 0;
                if (at >= text.Length || !AsciiByte.IsLetterOrDigit(text[at]))
                    return 0;

                number[i] = text[at] >= 'a' ? (byte)(text[at] ^ 0x20) : text[at];
                at++;
            }

            return at;
        }
    }
}
