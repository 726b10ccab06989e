using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Credentials;

/// <summary>
/// A key without a recognizable form, found by its name: <c>AccountKey=…</c> and <c>SharedAccessKey=…</c> in Azure's
/// connection strings, <c>aws_secret_access_key=…</c> in all its spellings. The hit is the value.
/// </summary>
/// <param name="anchor">The end of the name's second-to-last word and the start of <c>key</c>.</param>
internal sealed class NamedKey(string anchor) : CredentialShape(new Anchor(anchor, IgnoreCase: true))
{
    // Azure's keys are 44 or 88 bytes of base64, AWS's 40.
    private const int ShortestValue = 40;
    private const int WidestGap = 16;
    private const int LongestName = 24;

    public override int Shortest => "key=".Length + ShortestValue;

    public override bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        var key = at + (Anchor.Text[1] == 'k' ? 1 : 2);
        if (!AsciiByte.StartsWithIgnoringCase(text, key, "key"u8) || !IsNameOfKey(text[..key]))
            return false;
        if (!TrySkipGap(text, key + 3, out var start))
            return false;

        var end = Alphabet.Base64.EndOfEscapedRun(text, start);
        if (end - start < ShortestValue)
            return false;

        hit = Hit.Between(start, end);
        return true;
    }

    private static bool IsNameOfKey(ReadOnlySpan<byte> text)
    {
        Span<byte> letters = stackalloc byte[LongestName];
        var free = LongestName;
        for (var i = text.Length - 1; i >= 0 && free > 0; i--)
        {
            if (AsciiByte.IsLetter(text[i]))
                letters[--free] = AsciiByte.ToLower(text[i]);
            else if (text[i] is not ((byte)'_' or (byte)'-' or (byte)'.' or (byte)' '))
                break;
        }

        var name = letters[free..];
        return name.EndsWith("secretaccess"u8) || name.EndsWith("sharedaccess"u8) || name.EndsWith("account"u8) || name.EndsWith("awssecret"u8);
    }

    /// <summary>Skips quotes, spaces and the separator: an equals sign, a colon, the end of an XML tag.</summary>
    private static bool TrySkipGap(ReadOnlySpan<byte> text, int at, out int value)
    {
        var says = false;
        var limit = Math.Min(text.Length, at + WidestGap);
        for (value = at; value < limit; value++)
        {
            if (text[value] is (byte)'=' or (byte)':' or (byte)'>')
                says = true;
            else if (text[value] == '\\' && JsonEscape.TryRead(text, value, out var escaped, out var end) && escaped is (byte)'=' or (byte)'"' or (byte)'\'')
                value = Skip(escaped, end, ref says);
            else if (text[value] is not ((byte)' ' or (byte)'\t' or (byte)'"' or (byte)'\'' or (byte)'\\'))
                return says;
        }

        return says && value < text.Length;
    }

    private static int Skip(byte escaped, int end, ref bool says)
    {
        says |= escaped == '=';
        return end - 1;
    }
}
