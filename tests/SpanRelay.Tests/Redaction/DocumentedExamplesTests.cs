using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using NJsonSchema;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction;

/// <summary>docs/redaction.md shows what each action does: this is run here.</summary>
public partial class DocumentedExamplesTests
{
    private const string HashKey = "an example of a key, not a secret";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "documents");

    public static TheoryData<string, string, string, string> Examples()
    {
        var examples = new TheoryData<string, string, string, string>();
        foreach (Match block in ExampleBlock.Matches(File.ReadAllText(Path.Combine(Folder, "redaction.md"))))
        {
            foreach (Match line in ExampleLine.Matches(block.Groups["lines"].Value))
                examples.Add(block.Groups["policy"].Value, line.Groups["key"].Value, line.Groups["before"].Value, line.Groups["after"].Value);
        }

        return examples;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void DoesWhatItSays(string policy, string key, string before, string after)
    {
        var span = Some.Span();
        span.Attributes.Add(new KeyValue { Key = key, Value = Value(before) });

        var (result, output) = new Redactor(Options(policy), ResourceAttributes.None).Redact(Some.Request(span).ToByteArray());

        Assert.Equal(PayloadProblem.None, result.Problem);
        var attributes = ExportTraceServiceRequest.Parser.ParseFrom(output).Spans().Single().Attributes;
        if (after == "(dropped)")
            Assert.Empty(attributes);
        else
            Assert.Equal(new KeyValue { Key = key, Value = Value(after) }, Assert.Single(attributes));
    }

    [Fact]
    public void EveryActionHasOne()
    {
        var policies = string.Concat(Examples().Select(example => example.Data.Item1));

        Assert.All(
            ["keep", "allowOnly", "drop", "hash", "mask", "truncate", "detectors", "patterns"],
            action => Assert.Contains($"\"{action}\":", policies, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EditorsAcceptWhatTheRelayAccepts()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Folder, "redaction.schema.json"), TestContext.Current.CancellationToken);
        var shipped = Comment.Replace(await File.ReadAllTextAsync(Path.Combine(Folder, "redaction.json"), TestContext.Current.CancellationToken), "");

        Assert.All([shipped, .. Examples().Select(example => example.Data.Item1)], policy =>
        {
            Assert.Empty(schema.Validate(policy));
            Options(policy);
        });
    }

    [Fact]
    public async Task EditorsKnowEveryDetector()
    {
        using var schema = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "redaction.schema.json"), TestContext.Current.CancellationToken));

        var known = schema.RootElement.GetProperty("properties").GetProperty("detectors").GetProperty("properties").EnumerateObject().Select(each => each.Name);

        Assert.Equal(SpanRelay.Redaction.Detectors.DetectorCatalog.All.Select(detector => detector.Name).Order(), known.Order());
    }

    private static RedactionOptions Options(string policy)
    {
        var read = RedactionPolicyReader.Read(Encoding.UTF8.GetBytes(policy), out var problems);
        Assert.Empty(problems);
        return new RedactionOptions { Policy = read, HashKey = Encoding.UTF8.GetBytes(HashKey) };
    }

    private static AnyValue Value(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Value(document.RootElement);
    }

    private static AnyValue Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => Some.Text(json.GetString()!),
        JsonValueKind.Number => new AnyValue { IntValue = json.GetInt64() },
        JsonValueKind.Array => new AnyValue { ArrayValue = new ArrayValue { Values = { json.EnumerateArray().Select(Value) } } },
        JsonValueKind.Object => new AnyValue
        {
            KvlistValue = new KeyValueList { Values = { json.EnumerateObject().Select(each => new KeyValue { Key = each.Name, Value = Value(each.Value) }) } },
        },
        _ => throw new NotSupportedException(json.ValueKind.ToString()),
    };

    [GeneratedRegex(@"```json policy\n(?<policy>.*?)```\n```text\n(?<lines>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExampleBlock { get; }

    [GeneratedRegex(@"^(?<key>\S+) = (?<before>.+?)   →   (?<after>.+)$", RegexOptions.Multiline)]
    private static partial Regex ExampleLine { get; }

    [GeneratedRegex("^ *//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment { get; }
}
