using System.Buffers;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>The text of an XML element whose name, name attribute or preceding element names a secret. Tags may be escaped.</summary>
internal static class MarkupSecret
{
    private const int LongestTag = 160;

    private static readonly SearchValues<byte> TextEnds = SearchValues.Create("<&"u8);

    /// <param name="text">Any bytes.</param>
    /// <param name="tagEnd">The position of the opening tag's end.</param>
    /// <param name="start">The position after it.</param>
    /// <param name="hit">The element's text.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, int tagEnd, int start, out Hit hit)
    {
        hit = default;
        if (!TryReadTag(text, tagEnd, out var name, out var attributes))
            return false;

        var says = SecretNames.Judge(name);
        if (says == SecretName.No)
            says = JudgeAttributes(name, attributes);
        if (says != SecretName.No)
            return TryReadText(text, start, out hit) && SecretValue.IsQuotedSecret(text.Slice(hit.Start, hit.Length), says);
        return SecretPair.IsName(name) && TryReadNext(text, start, out hit);
    }

    private static bool TryReadTag(ReadOnlySpan<byte> text, int end, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> attributes)
    {
        name = attributes = default;
        var tag = text[Math.Max(0, end - LongestTag)..end];
        var open = Math.Max(tag.LastIndexOf((byte)'<'), tag.LastIndexOf("&lt;"u8) is >= 0 and var escaped ? escaped + 3 : -1);
        if (open < 0 || open + 1 == tag.Length || !AsciiByte.IsLetter(tag[open + 1]) || tag[^1] == '/' || tag[(open + 1)..].Contains((byte)'>'))
            return false;

        tag = tag[(open + 1)..];
        var space = tag.IndexOfAny(" \t\r\n"u8);
        name = space < 0 ? tag : tag[..space];
        name = name[(name.LastIndexOf((byte)':') + 1)..];
        attributes = space < 0 ? [] : tag[space..];
        return true;
    }

    /// <summary><c>&lt;param name="password"&gt;…</c>; the label of a form's field is not a value.</summary>
    private static SecretName JudgeAttributes(ReadOnlySpan<byte> element, ReadOnlySpan<byte> attributes)
    {
        if (element.SequenceEqual("input"u8) || element.SequenceEqual("label"u8) || element.SequenceEqual("button"u8))
            return SecretName.No;

        var at = Math.Max(attributes.LastIndexOf("name="u8) + 5, attributes.LastIndexOf("key="u8) + 4);
        if (at < 5 || at + 1 >= attributes.Length || attributes[at] is not ((byte)'"' or (byte)'\''))
            return SecretName.No;

        var value = attributes[(at + 1)..];
        var end = value.IndexOf(attributes[at]);
        return end < 0 ? SecretName.No : SecretNames.Judge(value[..end]);
    }

    private static bool TryReadText(ReadOnlySpan<byte> text, int start, out Hit hit)
    {
        hit = default;
        if (text[start..].StartsWith("<![CDATA["u8))
        {
            start += "<![CDATA["u8.Length;
            var close = text[start..].IndexOf("]]>"u8);
            hit = new(start, close < 0 ? text.Length - start : close);
            return hit.Length > 0;
        }

        while (start < text.Length && AsciiByte.IsWhiteSpace(text[start]))
            start++;
        var end = start;
        while (end < text.Length && text[end] != '<' && !text[end..].StartsWith("&lt;"u8))
        {
            var length = text[(end + 1)..].IndexOfAny(TextEnds);
            end = length < 0 ? text.Length : end + 1 + length;
        }

        hit = Hit.Between(start, start + text[start..end].TrimEnd(" \t\r\n"u8).Length);
        return hit.Length > 0 && end < text.Length;
    }

    /// <summary><c>&lt;key&gt;password&lt;/key&gt;&lt;string&gt;…</c></summary>
    private static bool TryReadNext(ReadOnlySpan<byte> text, int start, out Hit hit)
    {
        hit = default;
        var near = text[start..Math.Min(text.Length, start + LongestTag)];
        var end = near.IndexOf((byte)'<');
        if (end <= 0 || SecretNames.Judge(near[..end]) is SecretName.No)
            return false;

        var says = SecretNames.Judge(near[..end]);
        var close = near[end..].IndexOf((byte)'>') + end;
        var open = close < end ? -1 : near[close..].IndexOf((byte)'<') + close;
        var openEnd = open <= close ? -1 : near[open..].IndexOf((byte)'>') + open;
        return openEnd > open && near[end..].StartsWith("</"u8) && !near[open..].StartsWith("</"u8) && near[(close + 1)..open].Trim(" \t\r\n"u8).IsEmpty
            && TryReadText(text, start + openEnd + 1, out hit) && SecretValue.IsQuotedSecret(text.Slice(hit.Start, hit.Length), says);
    }
}
