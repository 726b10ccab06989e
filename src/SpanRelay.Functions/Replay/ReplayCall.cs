using System.Text.Json;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Replay;

namespace SpanRelay.Functions.Replay;

/// <summary>The request's body. An empty one means all that was not replayed yet.</summary>
internal sealed record ReplayCall
{
    public IReadOnlyList<string>? Ids { get; init; }

    public string? Since { get; init; }

    public string? Until { get; init; }

    public string? Cause { get; init; }

    public string? Service { get; init; }

    public bool Again { get; init; }

    /// <exception cref="InvalidDataException">It cannot be understood; the message says what it takes.</exception>
    public static ReplayRequest Read(ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        try
        {
            var call = body.IsEmpty ? new ReplayCall() : JsonSerializer.Deserialize(body, ReplayJson.Default.ReplayCall);
            return (call ?? new ReplayCall()).ToRequest(now);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The body takes a JSON object with any of ids, since, until, cause, service and again. {e.Message}");
        }
    }

    private ReplayRequest ToRequest(DateTimeOffset now) => new()
    {
        Filter = new LetterFilter
        {
            Ids = Ids ?? [],
            Since = Time("since", Since, now),
            Until = Time("until", Until, now),
            Cause = Cause,
            Service = Service,
        },
        Again = Again,
    };

    private static DateTimeOffset? Time(string name, string? text, DateTimeOffset now) =>
        text is null ? null : LetterFilter.TryParseTime(text, now, out var time) ? time : throw new InvalidDataException($"{name} takes {LetterFilter.TimeForms}.");
}
