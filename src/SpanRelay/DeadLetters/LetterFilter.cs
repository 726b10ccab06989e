using System.Globalization;

namespace SpanRelay.DeadLetters;

/// <summary>Selects letters of the archive; without conditions, all.</summary>
public sealed record LetterFilter
{
    public const string TimeForms = "a time such as 2026-05-04T10:20Z (UTC where no offset is given), or how long ago it was, such as 90s, 30m, 2h or 7d";

    // The longest retention that an Event Hub of any tier can be given.
    private const int LongestWaitDays = 90;

    /// <summary>Only these ids, regardless of the other conditions; empty for any.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Dead-lettered at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Dead-lettered before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The diagnosis's code. What is not recorded has none.</summary>
    public string? Cause { get; init; }

    /// <summary>One of the services whose spans it holds. What is not recorded has none.</summary>
    public string? Service { get; init; }

    /// <summary>Replayed or not; null for both.</summary>
    public bool? IsReplayed { get; init; }

    public bool Matches(ArchivedLetter letter) =>
        !(letter.At < Since) && !(letter.At >= Until)
        && (Cause is null || string.Equals(letter.Summary?.Cause, Cause, StringComparison.OrdinalIgnoreCase))
        && (Service is null || letter.Summary?.Services.Contains(Service, StringComparer.OrdinalIgnoreCase) == true)
        && (IsReplayed is not { } replayed || (letter.Replayed is not null) == replayed);

    /// <summary>Letters are filed by the day on which their event came, which may have waited for as long as an Event Hub keeps it.</summary>
    internal bool MayHold(DateOnly day) =>
        !(Since is { } since && day.DayNumber + LongestWaitDays < DateOnly.FromDateTime(since.UtcDateTime).DayNumber)
        && !(Until is { } until && day.DayNumber > DateOnly.FromDateTime(until.UtcDateTime).DayNumber + 1); // Clocks differ.

    /// <summary>Reads a time as people give it: a number with s, m, h or d as that long before now, and anything else as a moment.</summary>
    public static bool TryParseTime(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        text = text.Trim();
        if (TryParseDuration(text, out var ago))
        {
            time = ago < now - DateTimeOffset.MinValue ? now - ago : DateTimeOffset.MinValue;
            return true;
        }

        // A bare number would be read as a year, a day or an hour.
        time = default;
        return text.Contains('-', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>Reads a time as people give it: a number with s, m, h or d.</summary>
    public static bool TryParseDuration(string text, out TimeSpan span)
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
