using System.Text;
using System.Text.Json;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Recognizes chat messages as docs/redaction.md describes them, on objects and on the tokens of JSON.</summary>
internal static class ChatMessages
{
    public static bool AreIn(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => AreIn(value.StringValue),
        AnyValue.ValueOneofCase.BytesValue => AreIn(value.BytesValue.ToStringUtf8()),
        AnyValue.ValueOneofCase.ArrayValue => value.ArrayValue.Values.Any(AreIn),
        AnyValue.ValueOneofCase.KvlistValue => AreMembers(value.KvlistValue.Values.Select(member => (member.Key, KindOf(member.Value))))
            || value.KvlistValue.Values.Any(member => member.Value is { } inner && AreIn(inner)),
        _ => false,
    };

    private static bool AreIn(string text, int levels = 3)
    {
        if (levels == 0 || text.TrimStart(' ', '\t', '\r', '\n') is not ['{' or '[', ..])
            return false;

        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = 256, AllowMultipleValues = true });
        var open = new Stack<List<(string Name, char Kind)>>();
        string? name = null;
        while (true)
        {
            try
            {
                if (!reader.Read())
                    return false;
            }
            catch (JsonException)
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = TextOf(reader);
                continue;
            }

            if (name is not null && open.TryPeek(out var members))
            {
                members.Add((name, KindOf(reader.TokenType)));
                if (AreMembers(members))
                    return true;
            }

            name = null;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                open.Push([]);
            else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                open.Pop();
            else if (reader.TokenType == JsonTokenType.String && AreIn(TextOf(reader), levels - 1))
                return true;
        }
    }

    private static string TextOf(Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private static bool AreMembers(IEnumerable<(string Name, char Kind)> members)
    {
        var all = members.ToList();
        return (all.Contains(("role", 't')) && all.Any(member => member is { Name: "content" or "parts", Kind: not ' ' }))
            || all.Any(member => member is { Name: "messages" or "choices" or "tool_calls", Kind: 'l' }
                or { Name: "prompt" or "completion" or "arguments" or "function_call", Kind: not ' ' });
    }

    /// <summary>A text, a list, an object, or anything else.</summary>
    private static char KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.String => 't',
        JsonTokenType.StartArray => 'l',
        JsonTokenType.StartObject => 'o',
        _ => ' ',
    };

    private static char KindOf(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => 't',
        AnyValue.ValueOneofCase.ArrayValue => 'l',
        AnyValue.ValueOneofCase.KvlistValue => 'o',
        _ => ' ',
    };
}
