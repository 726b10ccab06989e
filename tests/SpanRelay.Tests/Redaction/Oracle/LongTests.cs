namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>How long to search: SPANRELAY_LONG_TESTS=1 asks for ten times as much.</summary>
internal static class LongTests
{
    public static int Times(int normally) => Environment.GetEnvironmentVariable("SPANRELAY_LONG_TESTS") == "1" ? 10 * normally : normally;
}
