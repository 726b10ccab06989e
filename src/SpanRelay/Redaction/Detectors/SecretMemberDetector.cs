using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>
/// In JSON, the value of every member whose name says that it is secret, also in JSON inside a string of the JSON. Looks
/// for a quotation mark and a colon, which in JSON can only be the end of a name, rather than parsing: so it finds them in
/// JSON that is cut off too, and stays fast.
/// </summary>
internal sealed class SecretMemberDetector : Detector
{
    public override string Name => "secretMember";

    public override string DefaultReplacement => "[secret]";

    public override Minimum Minimum { get; } = new("{'pwd':1".Length, new(1, "{["), new(1, ":"));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit)
    {
        hit = default;
        return JsonText.IsContainer(text) && ShapeSearch.TryFind<Member>(text, from, out hit);
    }

    private readonly struct Member : IShape
    {
        private const int LongestName = 64;
        private const int DeepestLevel = 3;

        public static int Reach => 1;

        public static int Skip(ReadOnlySpan<byte> rest)
        {
            var colon = rest.IndexOf((byte)':');
            return colon < 0 ? -1 : Math.Max(0, colon - 1);
        }

        /// <summary>The byte before a colon: a quotation mark, the last byte of <c>\u0022</c>, or space behind one of them.</summary>
        public static ulong Candidates(ByteBlock block)
        {
            var colons = block.Equal(':') >> 1;
            return colons == 0 ? 0 : colons & (block.Equal('"') | block.Equal('2') | block.Equal(' ') | block.Equal('\n') | block.Equal('\t'));
        }

        public static bool TryMatch(ReadOnlySpan<byte> text, int candidate, out Hit hit)
        {
            hit = default;
            if (!TryReadName(text, candidate, out var name, out var level) || !IsSecret(name))
                return false;

            var value = JsonValue.SkipWhiteSpace(text, candidate + 2, level);
            if (value == text.Length)
                return false;

            hit = JsonQuote.TryReadStartingAt(text, value, out var quote) && quote.Level == level
                ? Hit.Between(quote.End, JsonValue.EndOfString(text, quote.End, level))
                : Whole(text, value, level);
            return hit.Length > 0;
        }

        private static bool TryReadName(ReadOnlySpan<byte> text, int end, out ReadOnlySpan<byte> name, out int level)
        {
            name = default;
            level = 0;
            for (var skipped = 0; skipped < 4 && end > 0 && AsciiByte.IsWhiteSpace(text[end]); skipped++)
                end--;
            if (!JsonQuote.TryReadEndingAt(text, end, out var close) || close.Level > DeepestLevel)
                return false;

            level = close.Level;
            var earliest = Math.Max(0, close.Start - LongestName);
            var before = text[earliest..close.Start];
            var isEscaped = close.End - close.Start > 1 && text[close.End - 1] == '2';
            var open = isEscaped ? before.LastIndexOf("u0022"u8) + 4 : before.LastIndexOf((byte)'"');
            if (open < (isEscaped ? 4 : 0))
                return false;

            name = before[(open + 1)..];
            return JsonQuote.TryReadEndingAt(text, earliest + open, out var quote) && quote.Level == level;
        }

        private static bool IsSecret(ReadOnlySpan<byte> name)
        {
            if (!name.Contains((byte)'\\'))
                return SecretNames.Contains(name);

            Span<byte> unescaped = stackalloc byte[LongestName];
            var length = 0;
            for (var at = 0; at < name.Length; length++)
            {
                if (!JsonEscape.TryRead(name, at, out unescaped[length], out var next))
                    (unescaped[length], next) = (name[at], at + 1);
                at = next;
            }

            return SecretNames.Contains(unescaped[..length]);
        }

        /// <summary>A value that is not a string; <c>null</c> has nothing to hide.</summary>
        private static Hit Whole(ReadOnlySpan<byte> text, int start, int level)
        {
            var end = text[start] is (byte)'{' or (byte)'['
                ? JsonValue.EndOfContainer(text, start, level)
                : JsonValue.EndOfLiteral(text, start);
            return text[start..end].SequenceEqual("null"u8) ? default : new Hit(start, end - start, NeedsQuotes: true);
        }
    }
}
