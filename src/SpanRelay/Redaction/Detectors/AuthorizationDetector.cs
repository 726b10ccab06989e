using System.Buffers.Text;
using System.Text.Unicode;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>
/// The token after <c>Bearer</c> or <c>Basic</c>, as in an Authorization header. The hit is the token; the scheme stays.
/// Both words occur in prose, so the token must not look like a word: see <see cref="Scheme"/>.
/// </summary>
internal sealed class AuthorizationDetector : Detector
{
    public override string Name => "authorization";

    public override Minimum Minimum { get; } = new("Basic ".Length + Scheme.ShortestBasic, new(1, "bB"), new(1, " \t%"));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit) => ShapeSearch.TryFind<Scheme>(text, from, out hit);

    private readonly struct Scheme : IShape
    {
        public const int ShortestBasic = 8;

        private const int ShortestToken = 16;
        private const int ShortestTokenOfHeader = 6;
        private const int LongestGap = 8;
        private const int LookedAtOfBasic = 256;

        public static int Reach => 4;

        public static ulong Candidates(ByteBlock block) => block.Pairs('b', 'e', 'c', distance: 4);

        public static bool TryMatch(ReadOnlySpan<byte> text, int candidate, out Hit hit)
        {
            hit = default;
            var isBasic = AsciiByte.StartsWithIgnoringCase(text, candidate, "basic"u8);
            if (!isBasic && !AsciiByte.StartsWithIgnoringCase(text, candidate, "bearer"u8))
                return false;
            if (!Boundary.WordStarts(text, candidate) || !TrySkipSpace(text, candidate + (isBasic ? 5 : 6), out var start))
                return false;

            var end = Alphabet.BearerToken.EndOfEscapedRun(text, start);
            hit = new Hit(start, text[start..end].TrimEnd((byte)'.').Length);
            return isBasic ? IsUserAndPassword(text[start..end]) : IsToken(text, candidate, hit);
        }

        private static bool TrySkipSpace(ReadOnlySpan<byte> text, int at, out int end)
        {
            end = at;
            while (end < text.Length && end - at < LongestGap && text[end] is (byte)' ' or (byte)'\t')
                end++;
            if (end == at && text[at..].StartsWith("%20"u8))
                end = at + 3;
            return end > at;
        }

        private static bool IsToken(ReadOnlySpan<byte> text, int scheme, Hit hit)
        {
            if (IsInHeader(text[..scheme]))
                return hit.Length >= ShortestTokenOfHeader;

            var token = text.Slice(hit.Start, hit.Length);
            return hit.Length >= ShortestToken && (token.ContainsAnyInRange((byte)'0', (byte)'9') || Randomness.IsIn(token));
        }

        /// <summary>After <c>Authorization: </c>, in any notation, every word is a token.</summary>
        private static bool IsInHeader(ReadOnlySpan<byte> left)
        {
            const int Longest = 8;
            var end = left.Length;
            while (end > 0 && left.Length - end < Longest && left[end - 1] is (byte)' ' or (byte)':' or (byte)'=' or (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'>')
                end--;
            return end < left.Length && AsciiByte.StartsWithIgnoringCase(left[..end], end - "authorization".Length, "authorization"u8);
        }

        /// <summary>Whether it decodes to text with a colon in it.</summary>
        private static bool IsUserAndPassword(ReadOnlySpan<byte> token)
        {
            Span<byte> encoded = stackalloc byte[LookedAtOfBasic];
            encoded.Fill((byte)'=');
            var length = Unescape(token, encoded);
            if (length < ShortestBasic)
                return false;

            Span<byte> decoded = stackalloc byte[LookedAtOfBasic];
            Base64.DecodeFromUtf8(encoded[..((length + 3) & ~3)], decoded, out _, out var written);
            decoded = decoded[..written];
            return decoded.Contains((byte)':') && !decoded.ContainsAnyInRange<byte>(0, 0x1F) && (length == LookedAtOfBasic || Utf8.IsValid(decoded));
        }

        /// <returns>The number of base64 bytes, without the padding.</returns>
        private static int Unescape(ReadOnlySpan<byte> token, Span<byte> output)
        {
            var length = 0;
            for (var at = 0; at < token.Length && length < output.Length; length++)
            {
                var value = token[at];
                if (value == '\\')
                    JsonEscape.TryRead(token, at, out value, out at);
                else
                    at++;
                output[length] = value is (byte)'.' ? (byte)'=' : value;
            }

            return output[..length].TrimEnd((byte)'=').Length;
        }
    }
}
