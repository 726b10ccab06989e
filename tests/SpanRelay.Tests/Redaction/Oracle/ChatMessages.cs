using System.Text;
using System.Text.Json;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Recognizes chat messages and content keys as docs/redaction.md describes them, on objects and on the tokens of JSON.</summary>
internal sealed class ChatMessages(Func<string, ContentVerdict> judge, Func<string, ContentVerdict> judgePath)
{
    public bool AreIn(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => AreIn(value.StringValue),
        AnyValue.ValueOneofCase.BytesValue => AreIn(value.BytesValue.ToStringUtf8()),
        AnyValue.ValueOneofCase.ArrayValue => value.ArrayValue.Values.Any(AreIn),
        AnyValue.ValueOneofCase.KvlistValue => AreMembers(value.KvlistValue.Values.Select(member => (member.Key, KindOf(member.Value))))
            || value.KvlistValue.Values.Any(member => member.Value is { } inner && AreIn(inner)),
        _ => false,
    };

    private bool AreIn(string text, int levels = 4)
    {
        if (text.StartsWith("data:", StringComparison.Ordinal) && Encoding.UTF8.GetBytes(text).AsSpan(0, Math.Min(Length(text), 128)).IndexOf(";base64,"u8) > 0)
            return true;
        if (text.TrimStart(' ', '\t', '\r', '\n') is not ['{' or '[', ..])
            return false;
        if (levels == 0)
            return true;

        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = 256, AllowMultipleValues = true });
        var open = new Stack<(List<(string Name, char Kind)> Members, string Path, bool AreLabels)>();
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
                return reader.CurrentDepth >= 255;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = TextOf(reader);
                continue;
            }

            var path = open.TryPeek(out var parent) ? parent.Path : "";
            var areLabels = name is null && parent.AreLabels;
            if (parent.AreLabels && reader.TokenType == JsonTokenType.String && (reader.ValueIsEscaped || !SparedValue.Is(Some.Text(TextOf(reader)), KeptValues.Identifiers)))
                return true;
            if (name is not null)
            {
                ContentVerdict[] verdicts = [judge(name), judgePath(Below(path, name))];
                areLabels = reader.TokenType == JsonTokenType.StartArray && verdicts.Any(verdict => verdict is { Rule: not null, Kept: >= KeptValues.Counts });
                path = Below(path, name);
                parent.Members.Add((name, KindOf(reader.TokenType)));
                if (AreMembers(parent.Members) || IsContent(reader, verdicts[0]) || IsContent(reader, verdicts[1]))
                    return true;
            }

            name = null;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                open.Push(([], path, areLabels));
            else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                open.Pop();
            else if (reader.TokenType == JsonTokenType.String && AreIn(TextOf(reader), levels - 1))
                return true;
        }
    }

    private static string Below(string path, string name)
    {
        var below = path.Length == 0 ? name : $"{path}.{name}";
        return Length(below) > 256 ? "" : below;
    }

    private static int Length(string text) => Encoding.UTF8.GetByteCount(text);

    private static bool IsContent(in Utf8JsonReader value, ContentVerdict verdict) => verdict.Rule is not null && KindOf(value.TokenType) switch
    {
        't' => !SparedValue.Is(Some.Text(TextOf(value)), verdict.Kept),
        'l' => verdict.Kept < KeptValues.Counts,
        'o' => verdict.Kept < KeptValues.Identifiers,
        _ => false,
    };

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
