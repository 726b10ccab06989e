namespace SpanRelay.Cli;

/// <summary>Makes untrusted text safe for a terminal: one line, no control characters, a limited length.</summary>
internal static class OneLine
{
    public static string From(string text, int maxLength)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= maxLength ? line : string.Concat(line.AsSpan(0, maxLength - 1), "…");
    }
}
