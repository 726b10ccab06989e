using System.Reflection;

namespace SpanRelay.Infrastructure.Tests;

/// <summary>The files that these tests are about, where they are.</summary>
internal static class Repository
{
    public static string Folder { get; } = Metadata("RepositoryFolder")!;

    public static string Snapshots => PathOf("tests/SpanRelay.Infrastructure.Tests/Snapshots");

    public static string PathOf(string path) => Path.Combine(Folder, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>All source files of the product.</summary>
    public static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    /// <summary>What people read: README.md and its like, and all of docs/.</summary>
    public static IEnumerable<string> Pages() =>
        ((string[])["", "docs", "dynatrace"]).SelectMany(folder => Directory.EnumerateFiles(PathOf(folder), "*.md", folder == "docs" ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly))
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    public static string? Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(metadata => metadata.Key == key)?.Value;
}
