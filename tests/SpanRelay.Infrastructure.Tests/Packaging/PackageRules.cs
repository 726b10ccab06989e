using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SpanRelay.Diagnosis;
using SpanRelay.Infrastructure.Tests.Drift;

namespace SpanRelay.Infrastructure.Tests.Packaging;

/// <summary>What must hold of the zip that is deployed.</summary>
internal static partial class PackageRules
{
    private const int Executable = 0b111_101_101; // 0755
    private const int LargestSymbols = 1_000_000;

    // Ubuntu 22.04's. Azure's image is newer; one that is older than the build machine's would not start the app.
    private static readonly Version NewestCLibrary = new(2, 35);

    public static IEnumerable<string> Findings(ZipArchive package, IReadOnlyCollection<FunctionFolder> functions)
    {
        if (package.GetEntry("host.json") is not { } host)
        {
            yield return "host.json is missing.";
            yield break;
        }

        foreach (var finding in OfExecutable(package, host))
            yield return finding;
        foreach (var function in functions)
        {
            if (package.GetEntry($"{function.Name}/function.json") is not { } entry)
                yield return $"{function.Name}/function.json is missing.";
            else if (!JsonElement.DeepEquals(Json(entry), JsonSerializer.SerializeToElement(function.Json)))
                yield return $"{function.Name}/function.json is not the one of the source.";
        }

        foreach (var entry in package.Entries.Where(entry => entry.Name.EndsWith("local.settings.json", StringComparison.OrdinalIgnoreCase)))
            yield return $"{entry.FullName} holds a developer's settings.";
        foreach (var entry in package.Entries.Where(entry => Path.GetExtension(entry.Name) is ".pdb" or ".dbg" && entry.Length > LargestSymbols))
            yield return $"{entry.FullName} has {entry.Length:N0} bytes of debugging symbols.";
    }

    private static IEnumerable<string> OfExecutable(ZipArchive package, ZipArchiveEntry host)
    {
        var path = Json(host).GetProperty("customHandler").GetProperty("description").GetProperty("defaultExecutablePath").GetString()!;
        if (package.GetEntry(path) is not { } executable)
        {
            yield return $"{path}, which host.json starts, is missing.";
            yield break;
        }

        var mode = (executable.ExternalAttributes >> 16) & 0b111_111_111;
        if (mode != Executable)
            yield return $"{path} has mode 0{Convert.ToString(mode, 8)}, not 0755: Azure could not start it.";
        if (CLibrary(executable) is { } needed && needed > NewestCLibrary)
            yield return $"{path} needs version {needed} of the C library.";
    }

    // The versions stand as texts in the executable's table of symbols.
    private static Version? CLibrary(ZipArchiveEntry executable) =>
        NeededCLibrary.Matches(Encoding.Latin1.GetString(Bytes(executable))).Select(match => Version.Parse(match.Groups[1].Value)).Max();

    private static JsonElement Json(ZipArchiveEntry entry) => JsonElement.Parse(Bytes(entry));

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    [GeneratedRegex(@"\0GLIBC_(2\.\d+)\b")]
    private static partial Regex NeededCLibrary { get; }
}
