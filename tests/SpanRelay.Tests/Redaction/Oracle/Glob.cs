namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Keys as a policy writes them: <c>*</c> stands for any run of characters, and ASCII letters match in either case.</summary>
internal static class Glob
{
    public static bool Matches(ReadOnlySpan<char> glob, ReadOnlySpan<char> text)
    {
        if (glob.IsEmpty)
            return text.IsEmpty;
        if (glob[0] != '*')
            return !text.IsEmpty && Lower(glob[0]) == Lower(text[0]) && Matches(glob[1..], text[1..]);

        for (var skipped = 0; skipped <= text.Length; skipped++)
        {
            if (Matches(glob[1..], text[skipped..]))
                return true;
        }

        return false;
    }

    private static char Lower(char letter) => letter is >= 'A' and <= 'Z' ? (char)(letter | 0x20) : letter;
}
