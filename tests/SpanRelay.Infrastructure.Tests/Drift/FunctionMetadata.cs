using System.Text.Json.Nodes;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>A function: its folder's name, and its function.json.</summary>
internal sealed record FunctionFolder(string Name, JsonObject Json)
{
    public IEnumerable<JsonObject> Bindings => Json["bindings"]!.AsArray().Select(binding => binding!.AsObject());

    public static IReadOnlyList<FunctionFolder> All() => [.. Directory
        .EnumerateFiles(Repository.PathOf("src/SpanRelay.Functions"), "function.json", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(file => new FunctionFolder(Path.GetFileName(Path.GetDirectoryName(file)!), JsonNode.Parse(File.ReadAllText(file))!.AsObject()))
        .OrderBy(function => function.Name, StringComparer.Ordinal)];
}
