namespace SpanRelay.Functions.Invocations;

/// <summary>Undoes JSON's string escapes one byte at a time. Only for texts of ASCII characters, as base64 and its JSON are.</summary>
internal struct JsonUnescaper
{
    private Awaits _awaits;
    private int _hexDigitsLeft;
    private int _code;

    private enum Awaits : byte
    {
        Anything,
        EscapedCharacter,
        HexDigit,
    }

    /// <summary>True between characters, false inside an escape.</summary>
    public readonly bool IsIdle => _awaits == Awaits.Anything;

    /// <summary>Takes the next byte.</summary>
    /// <returns>False when it only continues an escape, and there is no character yet.</returns>
    /// <exception cref="InvalidDataException">The escape is none, or stands for something other than ASCII.</exception>
    public bool TryNext(byte next, out byte character)
    {
        character = next;
        switch (_awaits)
        {
            case Awaits.Anything when next != (byte)'\\':
                return true;

            case Awaits.Anything:
                _awaits = Awaits.EscapedCharacter;
                return false;

            case Awaits.EscapedCharacter when next == (byte)'u':
                (_awaits, _hexDigitsLeft, _code) = (Awaits.HexDigit, 4, 0);
                return false;

            case Awaits.EscapedCharacter:
                _awaits = Awaits.Anything;
                character = Unescape(next);
                return true;

            default:
                if (!char.IsAsciiHexDigit((char)next))
                    throw InvalidEscape();
                _code = _code << 4 | Convert.ToInt32(((char)next).ToString(), 16);
                if (--_hexDigitsLeft > 0)
                    return false;
                if (_code > 0x7F)
                    throw InvalidEscape();
                _awaits = Awaits.Anything;
                character = (byte)_code;
                return true;
        }
    }

    private static byte Unescape(byte escaped) => escaped switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' => escaped,
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => throw InvalidEscape(),
    };

    private static InvalidDataException InvalidEscape() => new("The list of events holds an escape that cannot stand in base64.");
}
