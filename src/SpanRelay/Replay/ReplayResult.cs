using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp;

namespace SpanRelay.Replay;

/// <summary>What happened to a letter in a replay.</summary>
public enum ReplayOutcome
{
    /// <summary>All of it was delivered, and it is marked.</summary>
    Replayed,

    /// <summary>It was sent and is marked, but some of its spans were rejected, or may have been.</summary>
    ReplayedInPart,

    /// <summary>Rejected again. It stays unchanged.</summary>
    Refused,

    /// <summary>Not sent: Dynatrace would drop it because of its end.</summary>
    Expired,

    /// <summary>No request succeeds at present. It stays unchanged.</summary>
    Held,

    /// <summary>Nothing to send: it has no payload, or was replayed or deleted in the meantime.</summary>
    Gone,
}

/// <param name="Why">One sentence; empty for what was replayed.</param>
public sealed record ReplayResult(ArchivedLetter Letter, ReplayOutcome Outcome, string Why = "")
{
    public bool IsMarked => Outcome is ReplayOutcome.Replayed or ReplayOutcome.ReplayedInPart;

    /// <param name="refused">What the relay dead-lettered of it again.</param>
    internal static ReplayResult From(ArchivedLetter letter, IReadOnlyList<DeadLetter> refused)
    {
        if (refused.Count == 0)
            return new ReplayResult(letter, ReplayOutcome.Replayed);

        var why = Explain(refused[0]);
        var spans = refused.Sum(each => each.Spans);

        // Dynatrace accepted the request; or fewer spans were rejected than the letter holds.
        if (refused.Any(each => each.Reason == DeadLetterReason.RefusedInPart) || letter.Summary?.Spans > spans)
            return new ReplayResult(letter, ReplayOutcome.ReplayedInPart, why);
        return new ReplayResult(letter, refused.All(each => IsExpired(each.Reason)) ? ReplayOutcome.Expired : ReplayOutcome.Refused, why);
    }

    private static bool IsExpired(DeadLetterReason? reason) =>
        reason is DeadLetterReason.TooOld or DeadLetterReason.TooFarAhead or DeadLetterReason.WithoutEnd;

    private static string Explain(DeadLetter refused) => refused.Reason switch
    {
        DeadLetterReason.TooOld => TooOld,
        DeadLetterReason.TooFarAhead => "Its spans end in the future, which Dynatrace drops.",
        DeadLetterReason.WithoutEnd => "Its spans have no end, which Dynatrace drops.",
        DeadLetterReason.WithoutIds => "Its spans have no trace id or span id, which Dynatrace rejects.",
        DeadLetterReason.Unreadable => refused.Problem.Explain(),
        DeadLetterReason.RefusedInPart => $"Dynatrace accepted the request but rejected {refused.Response?.RejectedSpans ?? 0} of its spans, without saying which. {refused.Response?.Message}".TrimEnd(),
        _ => $"{Capital(refused.Response?.StatusText)}. {refused.Response?.Message}".TrimEnd(),
    };

    internal const string TooOld = "Its spans ended too long ago: Dynatrace would drop them.";

    private static string Capital(string? text) => text is { Length: > 0 } ? char.ToUpperInvariant(text[0]) + text[1..] : "Refused";
}
