namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>Three ASCII bytes of a token that the search looks for.</summary>
/// <param name="Text">Three characters; lower case where the case does not matter.</param>
/// <param name="IgnoreCase">Whether letters match in either case.</param>
internal readonly record struct Anchor(string Text, bool IgnoreCase = false)
{
    private readonly uint _caseBits = IgnoreCase ? KeyOf(CaseBit(Text[0]), CaseBit(Text[1]), CaseBit(Text[2])) : 0;

    /// <summary>The key of its three bytes.</summary>
    public uint Key { get; } = KeyOf((byte)Text[0], (byte)Text[1], (byte)Text[2]);

    /// <param name="text">Any bytes.</param>
    /// <param name="at">Where at least three bytes of it start.</param>
    public static uint KeyAt(ReadOnlySpan<byte> text, int at) => KeyOf(text[at], text[at + 1], text[at + 2]);

    /// <param name="key">Of three bytes, by <see cref="KeyAt"/>.</param>
    public bool Fits(uint key) => (key | _caseBits) == Key;

    private static uint KeyOf(byte first, byte second, byte third) => first | ((uint)second << 8) | ((uint)third << 16);

    private static byte CaseBit(char character) => char.IsAsciiLetter(character) ? (byte)0x20 : (byte)0;
}
