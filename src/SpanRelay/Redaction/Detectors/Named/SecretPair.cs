using System.Text;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>A name that is itself a value, with the secret beside it: <c>{"name": "Authorization", "value": "…"}</c>, <c>("password", "…")</c>.</summary>
internal static class SecretPair
{
    private const int Looked = 192;
    private const int LongestValue = 1024;
    private const int MostBetween = 3;

    private static readonly byte[][] NameNames = Read("name key header headername headerkey variable var param parameter field setting option property variablename parametername k n");
    private static readonly byte[][] ValueNames = Read("value val v content data default defaultvalue headervalue stringvalue plaintext secretvalue");

    public static bool IsName(ReadOnlySpan<byte> name) => SecretValue.IsIn(name, NameNames);

    /// <param name="text">Any bytes.</param>
    /// <param name="name">The name of the member whose value may be the secret's name, or the secret.</param>
    /// <param name="end">The position after its separator.</param>
    /// <param name="hit">The secret.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, int end, out Hit hit)
    {
        hit = default;
        if (IsName(name))
            return TryReadWord(text, end, out var word) && SecretNames.Judge(text.Slice(word.Start, word.Length)) is not SecretName.No and var says
                && TryReadBeside(text, word.End, says, out hit);
        return SecretValue.IsIn(name, ValueNames) && TryReadBefore(text, end, out hit);
    }

    /// <summary>Two strings separated by a comma, with nothing else in the brackets.</summary>
    /// <param name="quote">The quotation mark after the name.</param>
    public static bool TryReadTuple(ReadOnlySpan<byte> text, int quote, out Hit hit)
    {
        hit = default;
        if (!NameReader.TryRead(text, quote + 1, out var name) || name.Start == 0 || text[name.Start - 1] is not ((byte)'(' or (byte)'[') || name.Judge() is SecretName.No)
            return false;

        var start = ValueReader.SkipSpace(text[..Math.Min(text.Length, quote + Looked)], quote + 2);
        var near = text[..Math.Min(text.Length, start + LongestValue)];
        return start < near.Length && ValueReader.TryReadQuoted(near, start, out hit)
            && hit.End < near.Length && IsClosed(text, hit.End)
            && SecretValue.IsBareSecret(text.Slice(hit.Start, hit.Length), name.Judge(), next: 0, isProse: text[name.Start - 1] == '[');
    }

    private static bool IsClosed(ReadOnlySpan<byte> text, int end)
    {
        while (end < text.Length && text[end] is (byte)'\\' or (byte)'"' or (byte)'\'')
            end++;
        return end < text.Length && text[end] is (byte)')' or (byte)']';
    }

    private static bool TryReadBeside(ReadOnlySpan<byte> text, int end, SecretName says, out Hit hit)
    {
        hit = default;
        var limit = Math.Min(text.Length, end + Looked);
        for (var members = 0; members < MostBetween; members++)
        {
            var index = text[end..limit].IndexOfAny(":=}]"u8);
            if (index < 0 || text[end + index] is (byte)'}' or (byte)']')
                return false;

            end += index + 1;
            if (!NameReader.TryRead(text, end - 1, out var name) || IsName(name.Name))
                return false;
            if (SecretValue.IsIn(name.Name, ValueNames))
                return ReadsValue(text, end, name, says, out hit);
        }

        return false;
    }

    private static bool ReadsValue(ReadOnlySpan<byte> text, int end, in NameReader name, SecretName says, out Hit hit) =>
        name.JsonLevel >= 0 && text[end - 1] == ':'
            ? JsonMember.TryRead(text, end, name, says, out hit)
            : Assignment.TryReadValue(text, end - 1, end, name, says, out hit);

    /// <summary>The value precedes the name.</summary>
    private static bool TryReadBefore(ReadOnlySpan<byte> text, int end, out Hit hit)
    {
        var near = text[..Math.Min(text.Length, end + LongestValue)];
        var start = ValueReader.SkipSpace(near, end);
        if (!ValueReader.TryReadQuoted(near, start, out hit) || hit.End == near.Length)
            return false;

        var limit = Math.Min(text.Length, hit.End + Looked);
        var index = text[hit.End..limit].IndexOfAny(":=}]>"u8);
        var separator = hit.End + index;
        return index > 0 && text[separator] is (byte)':' or (byte)'=' && NameReader.TryRead(text, separator, out var name) && name.Start >= hit.End && IsName(name.Name)
            && TryReadWord(text, separator + 1, out var word) && SecretNames.Judge(text.Slice(word.Start, word.Length)) is not SecretName.No and var says
            && SecretValue.IsQuotedSecret(text.Slice(hit.Start, hit.Length), says);
    }

    private static bool TryReadWord(ReadOnlySpan<byte> text, int end, out Hit word)
    {
        var near = text[..Math.Min(text.Length, end + SecretNames.Longest + MostBetween)];
        var start = ValueReader.SkipSpace(near, end);
        if (!ValueReader.TryReadQuoted(near, start, out word))
            word = Hit.Between(start, Alphabet.DottedBase64Url.EndOfRun(near, start));
        return word.Length > 0 && word.End < near.Length;
    }

    private static byte[][] Read(string words) => [.. words.Split(' ').Select(Encoding.ASCII.GetBytes)];
}
