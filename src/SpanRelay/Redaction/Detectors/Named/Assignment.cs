using System.Text;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>A name, an equals sign or colon, and a value: of JSON, settings, headers, queries, connection strings, source code.</summary>
internal static class Assignment
{
    private const int Looked = 256;
    private const int MostSpace = 64;

    private static readonly byte[][] WholeLines = [.. new[] { "authorization", "cookie", "setcookie" }.Select(Encoding.ASCII.GetBytes)];
    private static readonly byte[][] Types = [.. new[] { "str", "string", "String", "char", "auto", "any" }.Select(Encoding.ASCII.GetBytes)];

    /// <param name="text">Any bytes.</param>
    /// <param name="separator">Where the name ends.</param>
    /// <param name="end">The position after the separator.</param>
    /// <param name="hit">The value.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, int separator, int end, out Hit hit)
    {
        hit = default;
        if (!NameReader.TryRead(text, separator, out var name))
            return false;

        var isParameter = IsParameter(text, name);
        var says = isParameter ? SecretNames.JudgeParameter(name.Name) : name.Judge();
        if (says == SecretName.No)
        {
            return SecretPair.TryRead(text, name.Name, end, out hit)
                || (text[separator] == '=' && SecretValue.IsIn(name.Name, Types) && TryReadTyped(text, name, end, out hit));
        }

        if (name.JsonLevel >= 0 && text[separator] == ':')
            return JsonMember.TryRead(text, end, name, says, out hit);
        return TryReadValue(text, separator, end, name, says, out hit);
    }

    /// <summary>A value in any notation after a separator.</summary>
    public static bool TryReadValue(ReadOnlySpan<byte> text, int separator, int end, in NameReader name, SecretName says, out Hit hit)
    {
        hit = default;
        var isArrow = text[separator] == '=' && end == separator + 2;
        var start = ValueReader.SkipSpace(text[..Math.Min(text.Length, end + MostSpace)], end);
        if (start >= text.Length)
            return false;
        if (ValueReader.TryReadQuoted(text, start, out hit))
            return hit.Length > 0 && SecretValue.IsQuotedSecret(text.Slice(hit.Start, hit.Length), says);
        return !isArrow && TryReadBare(text, separator, end, start, name, says, out hit);
    }

    /// <summary><c>?token=…</c> and <c>&amp;code=…</c>, encoded or not.</summary>
    private static bool IsParameter(ReadOnlySpan<byte> text, in NameReader name)
    {
        var before = text[..name.Start];
        if (before.EndsWith("?"u8) || before.EndsWith("&"u8) || before.EndsWith("&amp;"u8))
            return true;
        return before.EndsWith("%26"u8) || before.EndsWith("%3F"u8) || before.EndsWith("\\u0026"u8);
    }

    private static bool TryReadBare(ReadOnlySpan<byte> text, int separator, int end, int start, in NameReader name, SecretName says, out Hit hit)
    {
        if (text[separator] == ':' && IsWholeLine(name.Name))
            return TryReadLine(text, start, says, out hit);
        if (text[start] is (byte)'|' or (byte)'>' && text[separator] == ':')
            return LongValue.TryReadBlock(text, start, name.Start, out hit);

        hit = default;
        if (text[start] == '[')
            start++;
        if (start == text.Length || text[start] is (byte)'{' or (byte)'(' or (byte)'<')
            return false;

        var isParameter = IsParameter(text, name);
        var isEncoded = text[separator] == '%';
        var near = text[..Math.Min(text.Length, start + Looked)];
        var stop = ValueReader.EndOfRun(near, start, isParameter, isEncoded);
        stop = isParameter || isEncoded ? stop : LongValue.EndOf(near, stop, name.Start, isSpaced: start > end);
        var isProse = text[separator] == ':' && IsInSentence(text, name);
        if (stop == start || !SecretValue.IsBareSecret(text[start..stop], says, stop < text.Length ? text[stop] : (byte)0, isProse))
            return false;
        if (text[start - 1] == '[' && !text[start..stop].ContainsAnyInRange((byte)'0', (byte)'9'))
            return false; // A replacement or a list of names.

        stop = stop < near.Length || near.Length == text.Length ? stop : ValueReader.EndOfRun(text, start, isParameter, isEncoded);
        hit = Hit.Between(start, stop);
        return true;
    }

    private static bool IsWholeLine(ReadOnlySpan<byte> name)
    {
        Span<byte> letters = stackalloc byte[SecretNames.Longest];
        if (name.Length > SecretNames.Longest)
            return false;

        return NameParts.Read(name, letters).EndsInOne(WholeLines);
    }

    /// <summary>A header's whole value except for the scheme: <c>Bearer</c>, <c>Api-Token</c>.</summary>
    private static bool TryReadLine(ReadOnlySpan<byte> text, int start, SecretName says, out Hit hit)
    {
        var end = ValueReader.EndOfLine(text, start);
        var value = text[start..end].TrimEnd(" \t"u8);
        if (value.StartsWith("["u8))
        {
            start++;
            value = value[1..];
            var close = value.IndexOf((byte)']');
            value = close < 0 ? value : value[..close];
        }

        var scheme = Alphabet.Base64Url.EndOfRun(value[..Math.Min(value.Length, Looked)], 0);
        if (scheme > 0 && scheme + 1 < value.Length && value[scheme] == ' ' && !value[..scheme].ContainsAnyInRange((byte)'0', (byte)'3'))
        {
            start += scheme + 1;
            value = value[(scheme + 1)..];
        }

        hit = new(start, value.Length);
        return value.Length > 3 && !SecretValue.IsProse(value) && SecretValue.IsQuotedSecret(value, says);
    }

    /// <summary>Whether the name is a word in a sentence, after another word.</summary>
    private static bool IsInSentence(ReadOnlySpan<byte> text, in NameReader name)
    {
        if (name.Start < 2 || text[name.Start - 1] != ' ' || name.Name.ContainsAny("_-."u8))
            return false;
        return AsciiByte.IsLetter(text[name.Start - 2]) || text[name.Start - 2] == ',';
    }

    /// <summary><c>password: str = "…"</c>, <c>token string = "…"</c>.</summary>
    private static bool TryReadTyped(ReadOnlySpan<byte> text, in NameReader type, int end, out Hit hit)
    {
        hit = default;
        var before = type.Start;
        while (before > 0 && type.Start - before < 4 && text[before - 1] is (byte)' ' or (byte)':' or (byte)'&')
            before--;
        return before < type.Start && NameReader.TryRead(text, before, out var name) && name.Judge() is not SecretName.No and var says
            && ValueReader.TryReadQuoted(text, ValueReader.SkipSpace(text[..Math.Min(text.Length, end + MostSpace)], end), out hit)
            && SecretValue.IsQuotedSecret(text.Slice(hit.Start, hit.Length), says);
    }
}
