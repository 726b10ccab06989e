using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using SpanRelay.Otlp;

namespace SpanRelay.Tests.Connect;

/// <summary>How a sender encodes an export.</summary>
internal enum Encoding
{
    Json,
    Protobuf,
    GzipProtobuf,
}

/// <summary>What one kind of sender exports, as its public documentation has it.</summary>
/// <param name="Sender">Its name in the table.</param>
/// <param name="Page">Its page in docs/connect, without the extension.</param>
/// <param name="WayIn">How it reaches the relay.</param>
/// <param name="Encoding">How its export arrives.</param>
/// <param name="Resource">The resource's attributes.</param>
/// <param name="Spans">Its spans.</param>
internal sealed record Recipe(string Sender, string Page, string WayIn, Encoding Encoding, (string Key, object Value)[] Resource, params RecipeSpan[] Spans)
{
    /// <summary>One export, of spans that ended just now.</summary>
    public byte[] Create(DateTimeOffset now)
    {
        var json = System.Text.Encoding.UTF8.GetBytes(ToJson(now).ToJsonString());
        if (Encoding == Encoding.Json)
            return json;
        using var decoder = new PayloadDecoder();
        var protobuf = decoder.Decode(json, out var problem).ToArray();
        Assert.Equal(PayloadProblem.None, problem);
        return Encoding == Encoding.Protobuf ? protobuf : Gzip(protobuf);
    }

    private JsonObject ToJson(DateTimeOffset now) => new()
    {
        ["resourceSpans"] = new JsonArray(new JsonObject
        {
            ["resource"] = new JsonObject { ["attributes"] = RecipeSpan.Attributes(Resource) },
            ["scopeSpans"] = new JsonArray(new JsonObject
            {
                ["scope"] = new JsonObject { ["name"] = Page },
                ["spans"] = new JsonArray([.. Spans.Select((span, index) => (JsonNode)span.ToJson(index, now))]),
            }),
        }),
    };

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }
}

/// <summary>One span of a recipe.</summary>
/// <param name="Kind">As the protocol numbers it: 1 internal, 2 server, 3 client.</param>
internal sealed record RecipeSpan(string Name, int Kind, params (string Key, object Value)[] Values)
{
    /// <summary>Events by name, each with its attributes.</summary>
    public (string Name, (string Key, object Value)[] Values)[] Events { get; init; } = [];

    public static JsonArray Attributes((string Key, object Value)[] values) =>
        [.. values.Select(each => (JsonNode)new JsonObject { ["key"] = each.Key, ["value"] = Value(each.Value) })];

    /// <param name="index">The first span is the root of the others.</param>
    public JsonObject ToJson(int index, DateTimeOffset now)
    {
        var span = new JsonObject
        {
            ["traceId"] = "5b8efff798038103d269b633813fc60c",
            ["spanId"] = Id(index),
            ["name"] = Name,
            ["kind"] = Kind,
            ["startTimeUnixNano"] = Nano(now - TimeSpan.FromSeconds(2)),
            ["endTimeUnixNano"] = Nano(now),
            ["attributes"] = Attributes(Values),
            ["events"] = new JsonArray([.. Events.Select(each => (JsonNode)new JsonObject { ["timeUnixNano"] = Nano(now), ["name"] = each.Name, ["attributes"] = Attributes(each.Values) })]),
        };
        if (index > 0)
            span["parentSpanId"] = Id(0);
        return span;
    }

    private static string Id(int index) => (0xeee19b7ec3c1b174UL + (ulong)index).ToString("x16", CultureInfo.InvariantCulture);

    private static string Nano(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() * 1_000_000).ToString(CultureInfo.InvariantCulture);

    private static JsonObject Value(object value) => value switch
    {
        string text => new() { ["stringValue"] = text },
        bool flag => new() { ["boolValue"] = flag },
        int number => new() { ["intValue"] = number.ToString(CultureInfo.InvariantCulture) },
        double number => new() { ["doubleValue"] = number },
        string[] texts => new() { ["arrayValue"] = new JsonObject { ["values"] = new JsonArray([.. texts.Select(text => (JsonNode)Value(text))]) } },
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };
}
