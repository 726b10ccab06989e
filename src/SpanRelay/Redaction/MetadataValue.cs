using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>Decides whether a content rule spares a value.</summary>
internal static class MetadataValue
{
    private const int LongestIdentifier = 128;
    private const int LongestName = 64;
    private const int LongestJson = 4096;
    private const int MostIdentifiers = 16;

    private static readonly SearchValues<byte> IdentifierBytes =
        SearchValues.Create("!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Printable ASCII without white space and quotation marks, short, and not JSON: what models and ids look like.</summary>
    public static bool IsIdentifier(ReadOnlySpan<byte> text) =>
        text.Length <= LongestIdentifier
        && !text.ContainsAnyExcept(IdentifierBytes)
        && (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'['));

    /// <summary>An identifier, or a short line of text, as names are.</summary>
    public static bool IsIdentifierOrName(ReadOnlySpan<byte> text) => IsIdentifier(text) || IsName(text);

    public static bool IsKept(ReadOnlySpan<byte> text, KeptValues kept) => kept switch
    {
        < KeptValues.Identifiers => false,
        KeptValues.Identifiers => IsIdentifier(text),
        KeptValues.Names => IsIdentifierOrName(text) || IsPlainJson(text, MostIdentifiers),
        _ => IsIdentifier(text) || IsPlainJson(text, kept == KeptValues.Labels ? MostIdentifiers : 0),
    };

    /// <param name="value">An encoded AnyValue in canonical form.</param>
    /// <param name="kept">The values that are spared.</param>
    public static bool IsKeptValue(ReadOnlySpan<byte> value, KeptValues kept)
    {
        while (!value.IsEmpty && WireReader.TryReadField(ref value, out var field))
        {
            if (field.Type == WireType.LengthDelimited && !IsKept(field, kept))
                return false;
        }

        return true;
    }

    private static bool IsKept(in WireField field, KeptValues kept)
    {
        if (field.Number == TraceSchema.AnyValueString)
            return IsKept(field.Payload, kept);

        var identifiers = kept >= KeptValues.Labels ? MostIdentifiers : 0;
        return field.Payload.IsEmpty || (kept >= KeptValues.Counts && IsPlain(field, ref identifiers));
    }

    /// <summary>A list or map of numbers, booleans and up to the given number of identifiers.</summary>
    private static bool IsPlain(in WireField field, ref int identifiers)
    {
        if (field.Number == TraceSchema.AnyValueString)
            return identifiers-- > 0 && IsIdentifier(field.Payload);
        if (field.Number is not (TraceSchema.AnyValueArray or TraceSchema.AnyValueMap))
            return field.Payload.IsEmpty;

        for (var rest = field.Payload; !rest.IsEmpty && WireReader.TryReadField(ref rest, out var element);)
        {
            if (element.Type == WireType.LengthDelimited && !(field.Number == TraceSchema.AnyValueMap ? IsPlainMember(element.Payload, ref identifiers) : IsPlainValue(element.Payload, ref identifiers)))
                return false;
        }

        return true;
    }

    private static bool IsPlainValue(ReadOnlySpan<byte> value, ref int identifiers)
    {
        while (!value.IsEmpty && WireReader.TryReadField(ref value, out var field))
        {
            if (field.Type == WireType.LengthDelimited && !IsPlain(field, ref identifiers))
                return false;
        }

        return true;
    }

    private static bool IsPlainMember(ReadOnlySpan<byte> member, ref int identifiers)
    {
        while (!member.IsEmpty && WireReader.TryReadField(ref member, out var field))
        {
            if (field.Type != WireType.LengthDelimited)
                continue;
            if (field.Number == TraceSchema.KeyValueKey ? !IsIdentifier(field.Payload) : !IsPlainValue(field.Payload, ref identifiers))
                return false;
        }

        return true;
    }

    private static bool IsName(ReadOnlySpan<byte> text) =>
        text.Length <= LongestName
        && text[0] is not ((byte)'{' or (byte)'[')
        && !text.ContainsAnyInRange<byte>(0, 0x1F)
        && Utf8.IsValid(text)
        && text.IndexOf("\uFFFD"u8) < 0; // replaced invalid UTF-8

    /// <summary>JSON whose member names and strings are identifiers, with at most the given number of strings.</summary>
    private static bool IsPlainJson(ReadOnlySpan<byte> text, int identifiers)
    {
        if (text.Length > LongestJson || text[0] is not ((byte)'{' or (byte)'[' or (byte)'"'))
            return false;

        try
        {
            var reader = new Utf8JsonReader(text);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && (reader.ValueIsEscaped || !IsIdentifier(reader.ValueSpan)))
                    return false;
                if (reader.TokenType == JsonTokenType.String && identifiers-- == 0)
                    return false;
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
