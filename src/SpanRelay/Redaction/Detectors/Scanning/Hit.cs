namespace SpanRelay.Redaction.Detectors.Scanning;

/// <summary>
/// Where something was found. When it is a whole JSON value that is not a string (true, 12, {…}), the replacement must be
/// put in quotes.
/// </summary>
internal readonly record struct Hit(int Start, int Length, bool NeedsQuotes = false)
{
    public int End => Start + Length;

    public static Hit Between(int start, int end) => new(start, end - start);
}
