using System.Text;

namespace SpanRelay.Cli.Run;

/// <summary>Searches captured requests for secrets.</summary>
internal static class LeakCheck
{
    /// <returns>How many of the secrets occur anywhere in the bytes.</returns>
    public static int CountLeaked(IEnumerable<string> secrets, IReadOnlyList<ReadOnlyMemory<byte>> captured) =>
        secrets.Select(Encoding.UTF8.GetBytes).Count(secret => captured.Any(bytes => bytes.Span.IndexOf(secret) >= 0));
}
