using System.Reflection;

namespace SpanRelay.Tests;

/// <summary>The documents of the repository, where they are.</summary>
internal static class Documents
{
    public static string Root { get; } = typeof(Documents).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!;

    public static bool AreWritten => Environment.GetEnvironmentVariable("SPANRELAY_WRITE_DOCS") == "1";
}
