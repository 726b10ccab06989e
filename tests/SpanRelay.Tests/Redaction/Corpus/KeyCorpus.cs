using System.Globalization;
using System.Reflection;
using System.Text.Json;
using SpanRelay.Otlp.Schema;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Redaction.Corpus;

/// <param name="Source">The instrumentation.</param>
/// <param name="Event">The event that has the attribute; null for any place.</param>
/// <param name="Key">The attribute's key.</param>
/// <param name="Value">The name of a shape, or a value as <see cref="KeyCorpus.ValueOf"/> reads it.</param>
/// <param name="IsKnownByValueOnly">The key is too general to be known.</param>
internal sealed record CorpusKey(string Source, string? Event, string Key, string Value, bool IsKnownByValueOnly);

/// <summary>Reads the keys of content-keys.txt and metadata-keys.txt.</summary>
internal static class KeyCorpus
{
    /// <summary>Values as instrumentations write them; № is the planted word.</summary>
    private static readonly Dictionary<string, string> Shapes = new()
    {
        ["text"] = "Where is the № of my parcel?",
        ["word"] = "№",
        ["json"] = """{"question": "Where is the № of my parcel?", "lines": ["№ and more"], "n": 1}""",
        ["parts"] = """[{"role": "user", "parts": [{"type": "text", "content": "Where is the №?"}]}]""",
        ["systemParts"] = """[{"type": "text", "content": "You look for the № of parcels."}]""",
        ["messages"] = """[{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Where is the №?"}]""",
        ["messagesObject"] = """{"model": "gpt-4o", "messages": [{"role": "user", "content": [{"type": "text", "text": "Where is the №?"}]}]}""",
        ["toolCalls"] = """[{"id": "call_1", "type": "function", "function": {"name": "track", "arguments": "{\"parcel\":\"№\"}"}}]""",
        ["tools"] = """[{"type": "function", "function": {"name": "track", "description": "Finds the № of a parcel", "parameters": {"type": "object"}}}]""",
        ["arguments"] = """{"parcel": "№", "address": "1 Main Street"}""",
        ["parameters"] = """{"temperature": 0.2, "user": "№", "stop": ["№ end"]}""",
        ["documents"] = """[{"id": "d-1", "score": 0.9, "page_content": "The № of the parcel"}]""",
        ["list"] = """["track the №", "call № back"]""",
        ["vector"] = """[0.1, 0.25, "№"]""",
        ["crew"] = """[{"key": "9d", "role": "Clerk", "goal": "Find the №", "backstory": "You know each №"}]""",
        ["stack"] = "ValueError: no № in prompt\n  File \"chat.py\", line 12, in ask\n    raise ValueError",
        ["dataUrl"] = "data:text/plain;base64,V2hlcmUgaXMgbXkgcGFyY2VsPyBXaGVyZSBpcyBteSBwYXJjZWw/IFdoZXJlIGlzIG15IHBhcmNlbD8gV2hlcmUgaXMgbXkgcGFyY2VsPw==#№ of mine",
    };

    public static IReadOnlyList<CorpusKey> Content { get; } = Read("content-keys.txt");

    public static IReadOnlyList<CorpusKey> Metadata { get; } = Read("metadata-keys.txt");

    public static string TextOf(CorpusKey key, string planted) => Shapes[key.Value].Replace("№", planted, StringComparison.Ordinal);

    /// <summary>In every kind of value that can hold it.</summary>
    public static IEnumerable<AnyValue> ValuesOf(string text) => CanaryRequest.Values(text).Concat(ValuesAsWritten(text));

    /// <summary>As instrumentations write it: JSON as a text, or as lists and maps.</summary>
    public static IEnumerable<AnyValue> ValuesAsWritten(string text)
    {
        yield return Some.Text(text);
        if (text[0] is '{' or '[')
            yield return FromJson(JsonDocument.Parse(text).RootElement);
    }

    public static AnyValue ValueOf(string literal) => literal.Split(':', 2) switch
    {
        ["number", var number] => number.Contains('.', StringComparison.Ordinal)
            ? new AnyValue { DoubleValue = double.Parse(number, CultureInfo.InvariantCulture) }
            : new AnyValue { IntValue = long.Parse(number, CultureInfo.InvariantCulture) },
        ["boolean", var boolean] => new AnyValue { BoolValue = bool.Parse(boolean) },
        ["list", var list] => CanaryRequest.List([.. list.Split(',').Select(Some.Text)]),
        ["map", var map] => CanaryRequest.Map([.. map.Split(',').Select(member => member.Split('=')).Select(member => CanaryRequest.Attribute(member[0], long.TryParse(member[1], out var number) ? new AnyValue { IntValue = number } : Some.Text(member[1])))]),
        _ => Some.Text(literal),
    };

    private static AnyValue FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => CanaryRequest.Map([.. element.EnumerateObject().Select(member => CanaryRequest.Attribute(member.Name, FromJson(member.Value)))]),
        JsonValueKind.Array => CanaryRequest.List([.. element.EnumerateArray().Select(FromJson)]),
        JsonValueKind.Number => new AnyValue { DoubleValue = element.GetDouble() },
        _ => Some.Text(element.ToString()),
    };

    private static List<CorpusKey> Read(string file)
    {
        var root = typeof(KeyCorpus).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;
        var keys = new List<CorpusKey>();
        var source = "";
        foreach (var line in File.ReadLines(Path.Combine(root, "tests", "SpanRelay.Tests", "Redaction", "Corpus", file)))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                source = line[3..].Split(" | ")[0];
            else if (line.Length > 0 && line[0] != '#')
                keys.Add(Row(source, line));
        }

        return keys;
    }

    private static CorpusKey Row(string source, string line)
    {
        var spanEvent = line.StartsWith("event ", StringComparison.Ordinal) ? line[6..line.IndexOf(": ", StringComparison.Ordinal)] : null;
        var row = (spanEvent is null ? line : line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]).Split(' ', 2);
        return new(source, spanEvent, row[0], row[1].TrimStart('~'), row[1].StartsWith('~'));
    }
}
