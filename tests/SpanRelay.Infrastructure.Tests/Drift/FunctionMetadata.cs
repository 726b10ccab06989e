using System.Text.Json.Nodes;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>A function, as the build describes it to the Functions host in functions.metadata.</summary>
internal sealed record FunctionMetadata(string Name, JsonObject Json)
{
    public const string FileName = "functions.metadata";

    public IEnumerable<JsonObject> Bindings => Json["bindings"]!.AsArray().Select(binding => binding!.AsObject());

    public static IReadOnlyList<FunctionMetadata> All() => Parse(Text());

    public static IReadOnlyList<FunctionMetadata> Parse(string text) => [.. JsonNode.Parse(text)!.AsArray()
        .Select(function => new FunctionMetadata(function!["name"]!.GetValue<string>(), function.AsObject()))
        .OrderBy(function => function.Name, StringComparer.Ordinal)];

    public static string Text() => File.ReadAllText(Path.Combine(Repository.Metadata("FunctionsOutput")!, FileName));
}
