using System.Buffers;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Named;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>
/// Values whose name says that they are secret, in any text: JSON at any level, also truncated or after a prefix, assignments,
/// headers, queries, connection strings, XML, source code, command lines; and user names with passwords in URLs. Searches for the
/// separators between names and values, then reads the name before one, and only then the value.
/// </summary>
internal sealed class NamedSecretDetector : Detector
{
    public override string Name => "namedSecret";

    public override string DefaultReplacement => "[secret]";

    public override Minimum Minimum { get; } = new("pw=1".Length, new CountOf(1, ":=>-'\",%\\;"));

    public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit) => ShapeSearch.TryFind<Separator>(text, from, out hit);

    private readonly struct Separator : IShape
    {
        private static readonly SearchValues<byte> Anchors = SearchValues.Create(":=>-'\"%\\;"u8);

        public static int Reach => 2;

        public static int Skip(ReadOnlySpan<byte> rest)
        {
            var index = rest.IndexOfAny(Anchors);
            return index < 0 ? -1 : Math.Max(0, index - Reach);
        }

        /// <summary>Finds colons, equals signs, ends of tags, hyphens before words, encoded separators, quotes before commas, letters before quotes.</summary>
        public static ulong Candidates(ByteBlock block)
        {
            var quotes = block.Equal('"') | block.Equal('\'');
            var letters = block.Letters;
            var encoded = (block.Equal('%') & (block.Equal('3') >> 1)) | (block.Equal('\\') & (block.Equal('u') >> 1));
            var flags = block.Equal('-') & (letters >> 1) & ~((letters | block.Digits) << 1);
            var quoted = letters & (block.Equal(' ') >> 1) & (quotes >> 2);
            return block.Equal(':') | block.Equal('=') | block.Equal('>') | encoded | flags | quoted
                | (quotes & (block.Equal(',') >> 1)) | (block.Equal('t') & (block.Equal(';') >> 1));
        }

        public static bool TryMatch(ReadOnlySpan<byte> text, int candidate, out Hit hit) => (char)text[candidate] switch
        {
            ':' => TryMatchColon(text, candidate, out hit),
            '=' => TryMatchEquals(text, candidate, out hit),
            '>' => MarkupSecret.TryRead(text, candidate, candidate + 1, out hit),
            '-' => CommandLineSecret.TryRead(text, candidate, out hit),
            '"' or '\'' => SecretPair.TryReadTuple(text, candidate, out hit),
            '%' or '\\' => TryMatchEncoded(text, candidate, out hit),
            _ => TryMatchBehindWord(text, candidate, out hit),
        };

        private static bool TryMatchColon(ReadOnlySpan<byte> text, int at, out Hit hit)
        {
            var rest = text[(at + 1)..];
            if (rest.StartsWith("//"u8))
                return UrlUserInfo.TryRead(text, at + 3, out hit);
            if (rest.StartsWith("\\/\\/"u8))
                return UrlUserInfo.TryRead(text, at + 5, out hit);

            hit = default;
            var isScope = rest.StartsWith(":"u8) || (at > 0 && text[at - 1] == ':');
            return !isScope && Assignment.TryRead(text, at, at + (rest.StartsWith("="u8) ? 2 : 1), out hit);
        }

        private static bool TryMatchEquals(ReadOnlySpan<byte> text, int at, out Hit hit)
        {
            hit = default;
            var next = at + 1 < text.Length ? text[at + 1] : (byte)0;
            var last = at > 0 ? text[at - 1] : (byte)0;
            if (next is (byte)'=' or (byte)'~' || last is (byte)'=' or (byte)'!' or (byte)'<' or (byte)'>' or (byte)'~' or (byte)':')
                return false;
            return Assignment.TryRead(text, at, at + (next == '>' ? 2 : 1), out hit);
        }

        private static bool TryMatchEncoded(ReadOnlySpan<byte> text, int at, out Hit hit)
        {
            hit = default;
            if (text[at] == '%')
                return text.Length - at > 3 && (text[at + 2] | 0x20) is 'd' or 'a' && Assignment.TryRead(text, at, at + 3, out hit);
            return JsonEscape.TryRead(text, at, out var value, out var end) && value is (byte)'=' or (byte)':' && Assignment.TryRead(text, at, end, out hit);
        }

        /// <summary>An escaped tag, or a quoted value after the word.</summary>
        private static bool TryMatchBehindWord(ReadOnlySpan<byte> text, int at, out Hit hit)
        {
            hit = default;
            if (text[at + 1] == ' ')
                return CommandLineSecret.TryReadQuoted(text, at + 1, out hit);
            return text[..(at + 1)].EndsWith("&gt"u8) && MarkupSecret.TryRead(text, at - 2, at + 2, out hit);
        }
    }
}
