using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>IPv4 addresses in four decimal numbers, unless the word before says that they are a version.</summary>
internal sealed class IPv4Detector : Detector
{
    public override string Name => "ipv4";

    public override bool OnByDefault => false;

    public override Minimum Minimum { get; } = new("1.2.3.4".Length, new(4, Minimum.Digits), new(3, "."));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit) => ShapeSearch.TryFind<Address>(text, from, out hit);

    private readonly struct Address : IShape
    {
        public static int Reach => 3;

        public static int Skip(ReadOnlySpan<byte> rest) => rest.IndexOfAnyInRange((byte)'0', (byte)'9');

        public static ulong Candidates(ByteBlock block)
        {
            var dots = block.Equal('.');
            if (dots == 0)
                return 0;

            var digits = block.Digits;
            return digits & (~(digits << 1) | block.BehindEscapes) & ((dots >> 1) | (dots >> 2) | (dots >> 3));
        }

        public static bool TryMatch(ReadOnlySpan<byte> text, int candidate, out Hit hit)
        {
            var end = candidate;
            hit = default;
            for (var i = 0; i < 4; i++)
            {
                if (i > 0 && (end >= text.Length || text[end++] != '.'))
                    return false;
                if (!TrySkipNumber(text, ref end))
                    return false;
            }

            hit = Hit.Between(candidate, end);
            return Boundary.NumberStarts(text, candidate) && Boundary.NumberEnds(text, end) && !IsVersion(text[..candidate]);
        }

        private static bool TrySkipNumber(ReadOnlySpan<byte> text, ref int at)
        {
            int start = at, value = 0;
            while (at < text.Length && at - start < 4 && AsciiByte.IsDigit(text[at]))
                value = (value * 10) + text[at++] - '0';
            return at > start && value <= 255 && (text[start] != '0' || at - start == 1);
        }

        /// <summary><c>Chrome/120.0.0.0</c>, <c>Version=4.0.0.0</c>, <c>version 1.2.3.4</c>.</summary>
        private static bool IsVersion(ReadOnlySpan<byte> left)
        {
            if (left.Length >= 2 && left[^1] == '/' && AsciiByte.IsLetterOrDigit(left[^2]))
                return true;

            const int Longest = 4;
            var end = left.Length;
            while (end > 0 && left.Length - end < Longest && left[end - 1] is (byte)' ' or (byte)':' or (byte)'=' or (byte)'"' or (byte)'\'' or (byte)'\\')
                end--;
            return AsciiByte.StartsWithIgnoringCase(left[..end], end - 7, "version"u8);
        }
    }
}
