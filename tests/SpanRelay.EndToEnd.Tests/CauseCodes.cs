using SpanRelay.Diagnosis;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The catalogue, as docs/troubleshooting.md shows it to users.</summary>
internal static class CauseCodes
{
    private static readonly Dictionary<string, Cause> Causes = CauseCatalog.Groups.SelectMany(group => group.Causes).ToDictionary(cause => cause.Code);

    public static IEnumerable<string> All => Causes.Keys;

    public static string Remedy(string code) => Causes[code].Remedy;
}
