using System.Buffers;
using System.Text;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>
/// Decides whether a value is the secret that its name announces rather than a placeholder, reference or state. Looks at a bounded
/// start of the value, so that long values cost no more.
/// </summary>
internal static class SecretValue
{
    private const int Looked = 256;
    private const int LongestWord = 16;
    private const int ShortestGenerated = 20;
    private const int ShortestHex = 32;

    private static readonly SearchValues<byte> Numbers = SearchValues.Create("0123456789.,-+eE"u8);
    private static readonly SearchValues<byte> Symbols = SearchValues.Create("!#$^*+=~"u8);
    private static readonly SearchValues<byte> Fillers = SearchValues.Create("*.xX-_#?•… "u8);
    private static readonly SearchValues<byte> Upper = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);
    private static readonly SearchValues<byte> PlaceholderNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_ .:*"u8);
    private static readonly SearchValues<byte> Identifiers = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.?"u8);

    /// <summary>Values after the name of a secret that are not secret.</summary>
    private static readonly byte[][] States = Read(
        """
        true false yes no on off none null nil undefined required optional redacted hidden masked filtered removed expired invalid missing valid empty unknown
        unset enabled disabled pass passed fail failed skipped ok error present absent include omit same-origin string str int bool boolean bytes object any
        number secretstr securestring varchar text type new await typeof function lambda async self this void auto var let const
        """);

    /// <summary>How sentences about a secret continue.</summary>
    private static readonly byte[][] ProseStarts = Read(
        "must should cannot can not is was has are the a an for of in to please and or may will when if your this that with has required incorrect wrong too");

    /// <summary>What code reads values from.</summary>
    private static readonly byte[][] References = Read(
        """
        process.env os.environ os.getenv env. environ config. configuration. settings. options. opts. args. params. request. req. this. self. context. ctx.
        secrets. vars. var. data. local. module. import. builder. app. props. state. user. credentials. cfg. conf. kwargs. input. event. body. session.
        """);

    private static readonly byte[][] NameEnds = Read("password passwd pwd token secret key credential credentials");

    /// <param name="value">Without quotes.</param>
    /// <param name="name">The meaning of its name.</param>
    public static bool IsQuotedSecret(ReadOnlySpan<byte> value, SecretName name)
    {
        value = value[..Math.Min(value.Length, Looked)].Trim(" \t\r\n"u8);
        if (value.IsEmpty || (name == SecretName.IfGenerated && !IsGenerated(value)) || IsPlaceholder(value))
            return false;

        return name switch
        {
            SecretName.Yes => !IsWord(value, States) || value.Length > LongestWord,
            SecretName.IfText => value.Length > 2 && !IsWord(value, States) && value.ContainsAnyExcept(Numbers),
            _ => name == SecretName.IfGenerated,
        };
    }

    /// <param name="value">A run without white space.</param>
    /// <param name="name">The meaning of its name.</param>
    /// <param name="next">The byte after it.</param>
    /// <param name="isProse">Whether it is in a sentence, where the next word need not be a value.</param>
    public static bool IsBareSecret(ReadOnlySpan<byte> value, SecretName name, byte next, bool isProse)
    {
        const int Shortest = 3;
        value = value[..Math.Min(value.Length, Looked)];
        if (value.Length < Shortest || (name == SecretName.IfGenerated && !IsGenerated(value)) || IsReference(value, next) || IsWord(value, ProseStarts) || IsProse(value) || !IsQuotedSecret(value, name))
            return false;
        return !isProse || LooksSecret(value);
    }

    /// <summary>Looks generated: letters in both cases with digits, or many hexadecimal digits.</summary>
    public static bool IsGenerated(ReadOnlySpan<byte> value)
    {
        value = value[..Math.Min(value.Length, Randomness.Looked)];
        if (value.Length < ShortestGenerated || Alphabet.UrlEncodedBase64.EndOfRun(value, 0) != value.Length)
            return false;

        bool digits = false, upper = false, lower = false;
        var hex = true;
        foreach (var each in value)
        {
            digits |= AsciiByte.IsDigit(each);
            upper |= char.IsAsciiLetterUpper((char)each);
            lower |= char.IsAsciiLetterLower((char)each);
            hex &= AsciiByte.IsHexDigit(each);
        }

        return digits && ((upper && lower) || (hex && value.Length >= ShortestHex));
    }

    public static bool IsIn(ReadOnlySpan<byte> value, byte[][] words) => IsWord(value, words);

    /// <summary>Continues like a sentence about the name.</summary>
    public static bool IsProse(ReadOnlySpan<byte> value)
    {
        var end = value[..Math.Min(value.Length, LongestWord)].IndexOf((byte)' ');
        return end > 0 && IsWord(value[..end], ProseStarts);
    }

    private static bool LooksSecret(ReadOnlySpan<byte> value) =>
        value.Length >= 5 && (value.ContainsAnyInRange((byte)'0', (byte)'9') || value[1..].ContainsAnyInRange((byte)'A', (byte)'Z') || value.ContainsAny(Symbols));

    /// <summary><c>***</c>, <c>${NAME}</c>, <c>{{ name }}</c>, <c>&lt;name&gt;</c>, <c>[name]</c>, <c>$NAME</c>, <c>%s</c>.</summary>
    private static bool IsPlaceholder(ReadOnlySpan<byte> value)
    {
        if (value.Length > 1 && (!value.ContainsAnyExcept(value[0], (byte)'.') || !value.ContainsAnyExcept(Fillers)))
            return value[0] is (byte)'*' or (byte)'x' or (byte)'X' or (byte)'.' or (byte)'-' or (byte)'_' or (byte)'#' or (byte)'?' or >= 0x80;

        var inside = value[1..];
        return (char)value[0] switch
        {
            '$' => inside.StartsWith("{"u8) || inside.StartsWith("("u8) || (inside.Length > 1 && !inside.ContainsAnyExcept(Upper) && AsciiByte.IsLetter(inside[0])),
            '#' => inside.StartsWith("{"u8),
            '{' => inside.StartsWith("{"u8) || IsName(inside.TrimEnd((byte)'}')),
            '<' => IsName(inside.TrimEnd((byte)'>')),
            '[' => IsName(inside.TrimEnd((byte)']')),
            '%' => value is [_, _] || inside.StartsWith("("u8) || (inside.EndsWith("%"u8) && IsName(inside[..^1])),
            '@' => inside.StartsWith("Microsoft.KeyVault("u8),
            _ => false,
        };
    }

    private static bool IsName(ReadOnlySpan<byte> value) =>
        !value.ContainsAnyExcept(PlaceholderNames);

    /// <summary>A call, an element, a member, or another name of a secret: what code assigns.</summary>
    private static bool IsReference(ReadOnlySpan<byte> value, byte next)
    {
        var name = value.TrimStart("&*!"u8);
        var end = name.IndexOfAnyExcept(Identifiers);
        if (end < 0)
            return next is (byte)'(' or (byte)'<' || EndsLikeName(name) || StartsWithReference(name);
        return (end > 1 && name[end] is (byte)'(' or (byte)'[' or (byte)'<') || StartsWithReference(name);
    }

    private static bool EndsLikeName(ReadOnlySpan<byte> value)
    {
        Span<byte> letters = stackalloc byte[SecretNames.Longest];
        return value.Length <= letters.Length && NameParts.Read(value, letters).EndsInOne(NameEnds);
    }

    private static bool StartsWithReference(ReadOnlySpan<byte> value)
    {
        foreach (var reference in References)
        {
            if (AsciiByte.StartsWithIgnoringCase(value, 0, reference))
                return true;
        }

        return false;
    }

    private static bool IsWord(ReadOnlySpan<byte> value, byte[][] words)
    {
        value = value.TrimEnd(".,;:!?)"u8);
        foreach (var word in words)
        {
            if (word.Length == value.Length && AsciiByte.StartsWithIgnoringCase(value, 0, word))
                return true;
        }

        return false;
    }

    private static byte[][] Read(string words) => [.. words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Encoding.ASCII.GetBytes)];
}
