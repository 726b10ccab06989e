using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>
/// Recognizes chat messages, prompts, tool calls and completions by their members, content by its key, and data URLs, in maps and
/// in JSON. JSON is read as far as it is valid, so truncated texts are recognized too. JSON nested deeper than the limits below counts
/// as content.
/// </summary>
internal readonly ref struct ChatShape
{
    // How often JSON may be a string inside other JSON.
    private const int DeepestString = 4;
    private const int MaxJsonDepth = 256;

    private readonly ContentRules _rules;

    public ChatShape(ContentRules rules) => _rules = rules;

    /// <summary>What one object has shown so far.</summary>
    [Flags]
    private enum Seen
    {
        None = 0,
        Role = 1,
        Message = 2,
        Content = 4,

        /// <summary>A list in which only identifiers are kept.</summary>
        Labels = 8,
    }

    /// <param name="value">An encoded AnyValue in canonical form.</param>
    public bool IsInValue(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty && WireReader.TryReadField(ref value, out var field))
        {
            if (field.Type == WireType.LengthDelimited && field.Number switch
            {
                TraceSchema.AnyValueString or TraceSchema.AnyValueBytes => IsInText(field.Payload),
                TraceSchema.AnyValueArray => IsInList(field.Payload),
                TraceSchema.AnyValueMap => IsInMap(field.Payload),
                _ => false,
            })
            {
                return true;
            }
        }

        return false;
    }

    public bool IsInText(ReadOnlySpan<byte> text) => IsInText(text, DeepestString) || IsDataUrl(text);

    /// <summary>A data URL holds an image, a recording or another file.</summary>
    private static bool IsDataUrl(ReadOnlySpan<byte> text)
    {
        const int LongestMediaType = 128;
        return text.StartsWith("data:"u8) && text[..Math.Min(text.Length, LongestMediaType)].IndexOf(";base64,"u8) > 0;
    }

    private bool IsInList(ReadOnlySpan<byte> list)
    {
        while (!list.IsEmpty && WireReader.TryReadField(ref list, out var element))
        {
            if (element.Type == WireType.LengthDelimited && IsInValue(element.Payload))
                return true;
        }

        return false;
    }

    private bool IsInMap(ReadOnlySpan<byte> map)
    {
        var seen = Seen.None;
        while (!map.IsEmpty && WireReader.TryReadField(ref map, out var member))
        {
            if (member.Type != WireType.LengthDelimited)
                continue;

            ReadOnlySpan<byte> key = [];
            ReadOnlySpan<byte> value = [];
            for (var rest = member.Payload; !rest.IsEmpty && WireReader.TryReadField(ref rest, out var field);)
            {
                if (field is { Number: TraceSchema.KeyValueKey, Type: WireType.LengthDelimited })
                    key = field.Payload;
                else if (field is { Number: TraceSchema.KeyValueValue, Type: WireType.LengthDelimited })
                    value = field.Payload;
            }

            seen |= Member(key, KindOf(value));
            if (IsChat(seen) || IsInValue(value))
                return true;
        }

        return false;
    }

    private static JsonTokenType KindOf(ReadOnlySpan<byte> value) =>
        value.IsEmpty || !WireReader.TryReadField(ref value, out var field) || field.Type != WireType.LengthDelimited ? JsonTokenType.Null
            : field.Number switch
            {
                TraceSchema.AnyValueString => JsonTokenType.String,
                TraceSchema.AnyValueArray => JsonTokenType.StartArray,
                TraceSchema.AnyValueMap => JsonTokenType.StartObject,
                _ => JsonTokenType.Null,
            };

    private static bool IsChat(Seen seen) => (seen & Seen.Content) != 0 || seen == (Seen.Role | Seen.Message);

    private static Seen Member(ReadOnlySpan<byte> name, JsonTokenType value) => value switch
    {
        JsonTokenType.String or JsonTokenType.StartArray or JsonTokenType.StartObject => Member(name, isText: value == JsonTokenType.String, isList: value == JsonTokenType.StartArray),
        _ => Seen.None,
    };

    private static Seen Member(ReadOnlySpan<byte> name, bool isText, bool isList)
    {
        if (name.SequenceEqual("role"u8))
            return isText ? Seen.Role : Seen.None;
        if (name.SequenceEqual("content"u8) || name.SequenceEqual("parts"u8))
            return Seen.Message;
        if (name.SequenceEqual("messages"u8) || name.SequenceEqual("choices"u8) || name.SequenceEqual("tool_calls"u8))
            return isList ? Seen.Content : Seen.None;
        return name.SequenceEqual("prompt"u8) || name.SequenceEqual("completion"u8) || name.SequenceEqual("arguments"u8) || name.SequenceEqual("function_call"u8)
            ? Seen.Content
            : Seen.None;
    }

    private bool IsInText(ReadOnlySpan<byte> text, int levels)
    {
        var start = text.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0 || text[start] is not ((byte)'{' or (byte)'['))
            return false;
        if (levels == 0)
            return true;
        if (!Utf8.IsValid(text))
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)); // as it would leave

        var objects = ArrayPool<Seen>.Shared.Rent(MaxJsonDepth + 1);
        var path = new JsonPath(MaxJsonDepth);
        try
        {
            return IsInJson(text, objects, ref path, levels);
        }
        finally
        {
            ArrayPool<Seen>.Shared.Return(objects);
            path.Dispose();
        }
    }

    private bool IsInJson(ReadOnlySpan<byte> text, Seen[] objects, ref JsonPath path, int levels)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxJsonDepth, AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                Open(reader, objects, path, isMember: false);
                if (reader.TokenType == JsonTokenType.PropertyName && IsContentMember(ref reader, objects, ref path))
                    return true;
                if (reader.TokenType == JsonTokenType.String && (IsInString(reader, levels) || IsNoLabel(reader, objects)))
                    return true;
            }

            return false;
        }
        catch (JsonException) // Truncated, or not JSON: nothing was found up to that point.
        {
            return reader.CurrentDepth >= MaxJsonDepth - 1;
        }
    }

    private static void Open(in Utf8JsonReader reader, Seen[] objects, in JsonPath path, bool isMember)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        objects[reader.CurrentDepth] = isMember || reader.CurrentDepth == 0 ? Seen.None : objects[reader.CurrentDepth - 1] & Seen.Labels;
        path.Open(reader.CurrentDepth, isMember);
    }

    /// <summary>Advances the reader to the member's value.</summary>
    private bool IsContentMember(ref Utf8JsonReader reader, Seen[] objects, ref JsonPath path)
    {
        var name = reader.ValueIsEscaped ? Unescaped(reader) : reader.ValueSpan;
        var depth = reader.CurrentDepth - 1;
        path.Enter(name, depth);
        reader.Read();
        Open(reader, objects, path, isMember: true);
        objects[depth] |= Member(name, reader.TokenType);
        return IsChat(objects[depth]) || IsContent(reader, _rules.FindName(name), objects) || (path.Written.Length > name.Length && IsContent(reader, _rules.FindPath(path.Written), objects));
    }

    /// <summary>Objects and lists that are kept in part are not content themselves: their members and elements are judged as they are read.</summary>
    private static bool IsContent(in Utf8JsonReader value, ContentVerdict verdict, Seen[] objects)
    {
        if (verdict.Rule is null)
            return false;
        if (value.TokenType == JsonTokenType.StartArray && verdict.Kept >= KeptValues.Counts)
            objects[value.CurrentDepth] |= Seen.Labels;
        return value.TokenType switch
        {
            JsonTokenType.String => !MetadataValue.IsKept(value.ValueIsEscaped ? Unescaped(value) : value.ValueSpan, verdict.Kept),
            JsonTokenType.StartArray => verdict.Kept < KeptValues.Counts,
            JsonTokenType.StartObject => verdict.Kept < KeptValues.Identifiers,
            _ => false,
        };
    }

    private static bool IsNoLabel(in Utf8JsonReader text, Seen[] objects) =>
        text.CurrentDepth > 0 && (objects[text.CurrentDepth - 1] & Seen.Labels) != 0 && (text.ValueIsEscaped || !MetadataValue.IsIdentifier(text.ValueSpan));

    private static ReadOnlySpan<byte> Unescaped(in Utf8JsonReader text)
    {
        try
        {
            var unescaped = new byte[text.ValueSpan.Length];
            return unescaped.AsSpan(0, text.CopyString(unescaped));
        }
        catch (InvalidOperationException) // Half a surrogate pair.
        {
            return [];
        }
    }

    private bool IsInString(in Utf8JsonReader reader, int levels)
    {
        if (!reader.ValueIsEscaped)
            return IsInText(reader.ValueSpan, levels - 1) || IsDataUrl(reader.ValueSpan);

        var unescaped = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var text = unescaped.AsSpan(0, reader.CopyString(unescaped));
            return IsInText(text, levels - 1) || IsDataUrl(text);
        }
        catch (InvalidOperationException) // Half a surrogate pair.
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unescaped);
        }
    }
}
