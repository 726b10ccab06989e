namespace SpanRelay.Redaction;

/// <summary>Matches attribute keys: <c>*</c> matches any run of characters. ASCII letters match in either case.</summary>
internal readonly struct KeyPattern
{
    private readonly byte[] _pattern;

    public KeyPattern(string pattern) => _pattern = System.Text.Encoding.UTF8.GetBytes(pattern);

    /// <summary>The first byte in lower case. Only for a pattern that is not empty and does not start with <c>*</c>.</summary>
    public byte First => Lower(_pattern[0]);

    public bool Matches(ReadOnlySpan<byte> key)
    {
        int at = 0, inKey = 0, star = -1, retryFrom = 0;
        while (inKey < key.Length)
        {
            if (at < _pattern.Length && _pattern[at] == (byte)'*')
            {
                star = at++;
                retryFrom = inKey;
            }
            else if (at < _pattern.Length && Lower(_pattern[at]) == Lower(key[inKey]))
            {
                at++;
                inKey++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                inKey = ++retryFrom;
            }
            else
            {
                return false;
            }
        }

        while (at < _pattern.Length && _pattern[at] == (byte)'*')
            at++;
        return at == _pattern.Length;
    }

    public static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
}
