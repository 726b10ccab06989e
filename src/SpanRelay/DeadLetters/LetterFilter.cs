
namespace SpanRelay.DeadLetters;

/// <summary>Selects letters of the archive; without conditions, all.</summary>
public sealed record LetterFilter
{
    /// <summary>Only these, whatever the other conditions; empty for any.</summary>
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
        && (IsReplayed is not { } replayed || letter.IsReplayed == replayed);

    /// <summary>Letters are filed by the day on which their event came, which may have waited for as long as an Event Hub keeps it.</summary>
    internal bool MayHold(DateOnly day) =>
        !(Since is { } since && day.AddDays(LongestWaitDays) < DateOnly.FromDateTime(since.UtcDateTime))
        && !(Until is { } until && day > DateOnly.FromDateTime(until.UtcDateTime).AddDays(1)); // Clocks differ.

    // The longest retention that an Event Hub of any tier can be given.
    private const int LongestWaitDays = 90;
}
