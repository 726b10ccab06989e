namespace SpanRelay.Cli;

/// <summary>Text of others, safe for a terminal: one line, no control characters, not longer than there is room for.</summary>
internal static class OneLine
{
    public static string Of(string text, int longest)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= longest ? line : string.Concat(line.AsSpan(0, longest - 1), "…");
    }
}
