using System.Globalization;

namespace SpanRelay.DeadLetters;

/// <summary>A time as people give it: a moment, or how long ago it was.</summary>
public static class LetterTime
{
    public const string Forms = "a time such as 2026-05-04T10:20Z (UTC where no offset is given), or how long ago it was, such as 90s, 30m, 2h or 7d";

    /// <summary>Reads a number with s, m, h or d as that long before now, and anything else as a moment.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        text = text.Trim();
        if (TryParseSpan(text, out var ago))
        {
            time = ago < now - DateTimeOffset.MinValue ? now - ago : DateTimeOffset.MinValue;
            return true;
        }

        // A bare number would be read as a year, a day or an hour.
        time = default;
        return text.Contains('-', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>Reads a number with s, m, h or d.</summary>
    public static bool TryParseSpan(string text, out TimeSpan span)
    {
        span = default;
        if (text is not [.. var number, var unit] || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || count > 1_000_000)
            return false;

        TimeSpan? read = unit switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => null,
        };
        span = read ?? default;
        return read is not null;
    }
}
