using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>
/// Recognizes chat messages, prompts, tool calls and completions by their members, in maps and in JSON. JSON is read as far as
/// it is valid, so truncated texts are recognized too.
/// </summary>
internal static class ChatShape
{
    // JSON in a string of JSON in a string; deeper strings are not parsed.
    private const int DeepestString = 3;
    private const int MaxJsonDepth = 256;

    /// <summary>What one object has shown so far.</summary>
    [Flags]
    private enum Seen
    {
        None = 0,
        Role = 1,
        Message = 2,
        Content = 4,
    }

    /// <param name="value">An encoded AnyValue in canonical form.</param>
    public static bool IsInValue(ReadOnlySpan<byte> value)
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

    public static bool IsInText(ReadOnlySpan<byte> text) => IsInText(text, DeepestString);

    private static bool IsInList(ReadOnlySpan<byte> list)
    {
        while (!list.IsEmpty && WireReader.TryReadField(ref list, out var element))
        {
            if (element.Type == WireType.LengthDelimited && IsInValue(element.Payload))
                return true;
        }

        return false;
    }

    private static bool IsInMap(ReadOnlySpan<byte> map)
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

    private static bool IsInText(ReadOnlySpan<byte> text, int levels)
    {
        var start = text.IndexOfAnyExcept(" \t\r\n"u8);
        if (levels == 0 || start < 0 || text[start] is not ((byte)'{' or (byte)'['))
            return false;
        if (!Utf8.IsValid(text))
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)); // as it would leave

        var objects = ArrayPool<Seen>.Shared.Rent(MaxJsonDepth + 1);
        try
        {
            return IsInJson(text, objects, levels);
        }
        catch (JsonException)
        {
            return false; // Truncated, or not JSON: nothing was found as far as it is.
        }
        finally
        {
            ArrayPool<Seen>.Shared.Return(objects);
        }
    }

    private static bool IsInJson(ReadOnlySpan<byte> text, Seen[] objects, int levels)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxJsonDepth, AllowMultipleValues = true });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                objects[reader.CurrentDepth] = Seen.None;
            if (reader.TokenType == JsonTokenType.PropertyName && IsChatMember(ref reader, objects))
                return true;
            if (reader.TokenType == JsonTokenType.StartObject)
                objects[reader.CurrentDepth] = Seen.None;
            if (reader.TokenType == JsonTokenType.String && IsInString(reader, levels))
                return true;
        }

        return false;
    }

    /// <summary>Reads on to the member's value.</summary>
    private static bool IsChatMember(ref Utf8JsonReader reader, Seen[] objects)
    {
        var name = reader.ValueIsEscaped ? Unescaped(reader) : reader.ValueSpan;
        var depth = reader.CurrentDepth - 1;
        reader.Read();
        objects[depth] |= Member(name, reader.TokenType);
        return IsChat(objects[depth]);
    }

    private static ReadOnlySpan<byte> Unescaped(in Utf8JsonReader name)
    {
        try
        {
            var unescaped = new byte[name.ValueSpan.Length];
            return unescaped.AsSpan(0, name.CopyString(unescaped));
        }
        catch (InvalidOperationException) // Half a surrogate pair.
        {
            return [];
        }
    }

    private static bool IsInString(in Utf8JsonReader reader, int levels)
    {
        if (!reader.ValueIsEscaped)
            return IsInText(reader.ValueSpan, levels - 1);

        var unescaped = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return IsInText(unescaped.AsSpan(0, reader.CopyString(unescaped)), levels - 1);
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
