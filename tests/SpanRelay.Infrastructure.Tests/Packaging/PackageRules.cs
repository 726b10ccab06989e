using System.IO.Compression;
using System.Text.Json;
using SpanRelay.Infrastructure.Tests.Drift;

namespace SpanRelay.Infrastructure.Tests.Packaging;

/// <summary>Checks the zip that is deployed.</summary>
internal static class PackageRules
{
    private const int LargestSymbols = 1_000_000;

    private static readonly string[] Required =
        ["host.json", "SpanRelay.Functions.dll", "SpanRelay.Functions.runtimeconfig.json", "extensions.json", FunctionMetadata.FileName];

    // With either of them the host loads no function of an isolated worker.
    private static readonly string[] NotForWorkers = ["customHandler", "extensionBundle"];

    public static IEnumerable<string> Findings(ZipArchive package, IReadOnlyCollection<FunctionMetadata> functions) =>
        Required.Where(name => package.GetEntry(name) is null).Select(name => $"{name} is missing.")
            .Concat(FindingsInHostJson(package))
            .Concat(FindingsInMetadata(package, functions))
            .Concat(package.Entries.Where(IsDevelopersSettings).Select(entry => $"{entry.FullName} holds a developer's settings."))
            .Concat(package.Entries.Where(IsLargeSymbols).Select(entry => $"{entry.FullName} has {entry.Length:N0} bytes of debugging symbols."));

    private static IEnumerable<string> FindingsInHostJson(ZipArchive package)
    {
        if (package.GetEntry("host.json") is not { } entry)
            return [];

        var host = JsonElement.Parse(Bytes(entry));
        return NotForWorkers.Where(name => host.TryGetProperty(name, out _)).Select(name => $"host.json has {name}, which is not for isolated workers.");
    }

    private static IEnumerable<string> FindingsInMetadata(ZipArchive package, IReadOnlyCollection<FunctionMetadata> functions)
    {
        if (package.GetEntry(FunctionMetadata.FileName) is not { } entry)
            return [];

        var packaged = FunctionMetadata.Parse(System.Text.Encoding.UTF8.GetString(Bytes(entry))).ToDictionary(function => function.Name, function => function.Json.ToJsonString());
        return functions.Where(function => packaged.GetValueOrDefault(function.Name) != function.Json.ToJsonString())
            .Select(function => $"{FunctionMetadata.FileName} does not describe {function.Name} as the build does.");
    }

    private static bool IsDevelopersSettings(ZipArchiveEntry entry) => entry.Name.EndsWith("local.settings.json", StringComparison.OrdinalIgnoreCase);

    private static bool IsLargeSymbols(ZipArchiveEntry entry) => Path.GetExtension(entry.Name) is ".pdb" or ".dbg" && entry.Length > LargestSymbols;

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }
}
