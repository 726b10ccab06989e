using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SpanRelay.Infrastructure.Tests.Templates;

/// <summary>A copy of the templates and the snapshots' parameters, to compile, and to make mistakes in.</summary>
internal sealed class InfrastructureCopy : IDisposable
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder = Directory.CreateTempSubdirectory("spanrelay-infra").FullName;

    public InfrastructureCopy()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("infra"), "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Repository.Snapshots, "*.bicepparam")))
        {
            var copy = Path.Combine(_folder, Path.GetRelativePath(Repository.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public string PathOf(string path) => Path.Combine(_folder, path);

    /// <summary>Puts a text in place of another that must be there.</summary>
    public void Change(string path, string what, string by)
    {
        var before = File.ReadAllText(PathOf(path));
        Assert.Contains(what, before, StringComparison.Ordinal);
        File.WriteAllText(PathOf(path), before.Replace(what, by, StringComparison.Ordinal));
    }

    /// <summary>What a deployment with these parameters would create, as the compiler evaluates it.</summary>
    public async Task<string> SnapshotAsync(string combination)
    {
        var parameters = PathOf($"tests/SpanRelay.Infrastructure.Tests/Snapshots/{combination}.bicepparam");
        var result = await BicepCompiler.RunAsync([
            "snapshot", parameters, "--mode", "overwrite",
            "--subscription-id", "00000000-0000-0000-0000-000000000001",
            "--tenant-id", "00000000-0000-0000-0000-000000000002",
            "--location", "westeurope",
            "--deployment-name", "snapshot",
        ]);
        Assert.True(result.ExitCode == 0, result.All);
        return InOrder(await File.ReadAllTextAsync(Path.ChangeExtension(parameters, ".snapshot.json"), TestContext.Current.CancellationToken));
    }

    /// <returns>The snapshot as it was written last; empty where none was.</returns>
    public async Task<string> ReadSnapshotAsync(string combination)
    {
        var file = PathOf($"tests/SpanRelay.Infrastructure.Tests/Snapshots/{combination}.snapshot.json");
        return File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : "";
    }

    public Task<JsonObject> BuildAsync() => BicepCompiler.BuildAsync(PathOf("infra/main.bicep"));

    // The compiler's order of outputs differs from run to run.
    private static string InOrder(string snapshot)
    {
        var json = JsonNode.Parse(snapshot)!.AsObject();
        json["outputs"] = new JsonObject(json["outputs"]!.AsObject().OrderBy(output => output.Key, StringComparer.Ordinal).Select(output => KeyValuePair.Create(output.Key, output.Value?.DeepClone())));
        json["predictedResources"] = new JsonArray([.. json["predictedResources"]!.AsArray()
            .OrderBy(resource => resource!["type"]!.GetValue<string>(), StringComparer.Ordinal)
            .ThenBy(resource => resource!["id"]!.GetValue<string>(), StringComparer.Ordinal)
            .Select(resource => resource!.DeepClone())]);
        return json.ToJsonString(Readable) + "\n";
    }
}
