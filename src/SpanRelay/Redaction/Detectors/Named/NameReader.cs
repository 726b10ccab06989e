using System.Buffers;
using System.Text;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>Reads the name before a separator: bare, in quotes of any notation, or in brackets as an index.</summary>
internal readonly ref struct NameReader
{
    private const int WidestGap = 24;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."u8);

    // The default replacements of the detectors, without their brackets.
    private static readonly string[] Replacements = ["secret", "credentials", "authorization", "privateKey", "jwt", "creditCard", "iban", "email", "usSsn", "phone", "ipv4", "ipv6"];

    private NameReader(ReadOnlySpan<byte> name, int start, int level)
    {
        Name = name;
        Start = start;
        JsonLevel = level;
    }

    /// <summary>The name as written, possibly with JSON escapes.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Where the name, or its opening quote, starts.</summary>
    public int Start { get; }

    /// <summary>How deep its quotation marks are nested in JSON strings; -1 when it has none.</summary>
    public int JsonLevel { get; }

    /// <param name="text">Any bytes.</param>
    /// <param name="end">The position of the separator.</param>
    /// <param name="read">The name before it.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, int end, out NameReader read)
    {
        read = default;
        var limit = Math.Max(0, end - WidestGap);
        while (end > limit && (AsciiByte.IsWhiteSpace(text[end - 1]) || text[end - 1] is (byte)'?' or (byte)'+' or (byte)']' or (byte)'*'))
            end--;
        if (end == limit)
            return false;

        var last = text[end - 1];
        if (last == '"' || (last == '2' && IsEscapedQuote(text, end - 1)))
            return TryReadJson(text, end - 1, out read);
        if (last is (byte)'\'' or (byte)'`')
            return TryReadBetween(text, end, text.Slice(end - 1, 1), out read);
        if (last == ';' && TryReadEntity(text, end, out var entity))
            return TryReadBetween(text, end, entity, out read);
        if (last == '2' && text[..end].EndsWith("%22"u8))
            return TryReadBetween(text, end, "%22"u8, out read);
        return TryReadBare(text, end, out read);
    }

    /// <summary>The name without JSON escapes, and what it says.</summary>
    public SecretName Judge()
    {
        if (!Name.Contains((byte)'\\'))
            return SecretNames.Judge(Name);

        Span<byte> unescaped = stackalloc byte[SecretNames.Longest];
        var length = 0;
        for (var at = 0; at < Name.Length; length++)
        {
            if (!JsonEscape.TryRead(Name, at, out unescaped[length], out var next))
                (unescaped[length], next) = (Name[at], at + 1);
            at = next;
        }

        return SecretNames.Judge(unescaped[..length]);
    }

    private static bool IsEscapedQuote(ReadOnlySpan<byte> text, int at) => JsonQuote.TryReadEndingAt(text, at, out _);

    private static bool TryReadJson(ReadOnlySpan<byte> text, int at, out NameReader read)
    {
        read = default;
        if (!JsonQuote.TryReadEndingAt(text, at, out var close))
            return false;

        var earliest = Math.Max(0, close.Start - SecretNames.Longest);
        var before = text[earliest..close.Start];
        var isEscaped = close.End - close.Start > 1 && text[close.End - 1] == '2';
        var open = isEscaped ? before.LastIndexOf("u0022"u8) + 4 : before.LastIndexOf((byte)'"');
        if (open < (isEscaped ? 4 : 0) || !JsonQuote.TryReadEndingAt(text, earliest + open, out var quote) || quote.Level != close.Level)
            return false;

        read = new(before[(open + 1)..], quote.Start, close.Level);
        return true;
    }

    private static bool TryReadBetween(ReadOnlySpan<byte> text, int end, ReadOnlySpan<byte> quote, out NameReader read)
    {
        var nameEnd = end - quote.Length;
        var earliest = Math.Max(0, nameEnd - SecretNames.Longest - quote.Length);
        var open = text[earliest..nameEnd].LastIndexOf(quote);
        var name = open < 0 ? [] : text[(earliest + open + quote.Length)..nameEnd].TrimEnd((byte)'\\');
        read = new(name, earliest + open, level: -1);
        return !name.IsEmpty;
    }

    private static bool TryReadEntity(ReadOnlySpan<byte> text, int end, out ReadOnlySpan<byte> entity)
    {
        entity = text[..end] switch
        {
            var before when before.EndsWith("&quot;"u8) => "&quot;"u8,
            var before when before.EndsWith("&#34;"u8) => "&#34;"u8,
            var before when before.EndsWith("&#39;"u8) => "&#39;"u8,
            var before when before.EndsWith("&apos;"u8) => "&apos;"u8,
            _ => [],
        };
        return !entity.IsEmpty;
    }

    private static bool TryReadBare(ReadOnlySpan<byte> text, int end, out NameReader read)
    {
        var earliest = Math.Max(0, end - SecretNames.Longest);
        var start = earliest + text[earliest..end].LastIndexOfAnyExcept(NameBytes) + 1;
        start = BehindEscape(text, start, end);
        start = BehindColor(text, start, end);
        while (start < end && text[start] is (byte)'-' or (byte)'.')
            start++;
        if (IsLastWordOfTwo(text[start..end]) && start > 1 && text[start - 1] == ' ' && AsciiByte.IsLetter(text[start - 2]))
        {
            var first = earliest + text[earliest..(start - 1)].LastIndexOfAnyExcept(NameBytes) + 1;
            start = SecretNames.Judge(text[first..end]) == SecretName.Yes ? first : start;
        }

        read = new(text[start..end], start, level: -1);
        return start < end && !IsReplacement(text, start, end);
    }

    /// <summary>
    /// A replacement from an earlier redaction: <c>[credentials]</c>. After a word it is the index of a parameter,
    /// <c>user[credentials]=…</c>, unless the word is a replacement too.
    /// </summary>
    private static bool IsReplacement(ReadOnlySpan<byte> text, int start, int end)
    {
        if (start == 0 || text[start - 1] != '[' || end == text.Length || text[end] != ']' || !IsDefaultReplacement(text[start..end]))
            return false;
        if (start == 1 || text[start - 2] != ']')
            return !EndsInWord(text[..(start - 1)]);

        var before = text[Math.Max(0, start - 2 - SecretNames.Longest)..(start - 2)];
        return IsDefaultReplacement(before[(before.LastIndexOf((byte)'[') + 1)..]);
    }

    private static bool EndsInWord(ReadOnlySpan<byte> text)
    {
        var earliest = Math.Max(0, text.Length - SecretNames.Longest);
        var word = earliest + text[earliest..].LastIndexOfAnyExcept(NameBytes) + 1;
        return BehindEscape(text, word, text.Length) < text.Length;
    }

    private static bool IsDefaultReplacement(ReadOnlySpan<byte> name)
    {
        foreach (var replacement in Replacements)
        {
            if (Ascii.Equals(name, replacement))
                return true;
        }

        return false;
    }

    /// <summary>Words that name a secret only together with the word before: <c>API key</c>.</summary>
    private static bool IsLastWordOfTwo(ReadOnlySpan<byte> word) =>
        (word.Length == 3 && AsciiByte.StartsWithIgnoringCase(word, 0, "key"u8)) || (word.Length == 6 && AsciiByte.StartsWithIgnoringCase(word, 0, "phrase"u8));

    /// <summary>An ANSI color code, as in <c>ESC[1;31mtoken</c>, is not part of the name.</summary>
    private static int BehindColor(ReadOnlySpan<byte> text, int start, int end)
    {
        if (start == 0 || text[start - 1] is not ((byte)'[' or (byte)';'))
            return start;

        var letter = text[start..end].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return letter >= 0 && text[start + letter] == 'm' ? start + letter + 1 : start;
    }

    /// <summary>The letter of <c>\n</c> and the digits of <c>\u0026</c> and <c>%26</c> are not part of the name.</summary>
    private static int BehindEscape(ReadOnlySpan<byte> text, int start, int end)
    {
        if (start == 0)
            return 0;
        var length = (text[start - 1], start < end ? text[start] : (byte)0) switch
        {
            ((byte)'\\', (byte)'u') => 5,
            ((byte)'\\', (byte)'n' or (byte)'r' or (byte)'t' or (byte)'b' or (byte)'f') => 1,
            ((byte)'%', _) => 2,
            _ => 0,
        };
        return start + length <= end ? start + length : start;
    }
}
