using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp;
using SpanRelay.Tokens;

namespace SpanRelay.Diagnosis;

/// <summary>Finds the cause of a dead letter: by what it says, and by probing Dynatrace where that helps.</summary>
/// <param name="rotationVault">Holds the token that may look up others; null where there is none.</param>
public sealed class Diagnoser(TokenSource tokens, TokenApi api, TokenVault? rotationVault, DynatraceOptions options, TimeProvider time) : IDisposable
{
    private readonly CauseProbe _probe = new(tokens, api, rotationVault, options, time);

    /// <param name="payload">For what could not be read, the event as received; otherwise not used.</param>
    public async Task<DiagnosedCause> DiagnoseAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var findings = letter.Response is { } received && letter.Incident?.IsOver != true
            ? await _probe.AskAsync(received, letter.Endpoint, cancellationToken)
            : Findings.None;
        var cause = CauseFinder.Find(letter, payload, findings, time.GetUtcNow());
        return new DiagnosedCause(
            cause.Code,
            cause.Title,
            Explain(letter, cause),
            [.. EvidenceOf(letter), .. FactsOf(letter, cause, payload), .. findings.Evidence],
            NextStepOf(letter, cause),
            cause.Link ?? $"docs/troubleshooting.md#{cause.Code}");
    }

    public void Dispose() => _probe.Dispose();

    private static string Explain(DeadLetter letter, Cause cause) => letter switch
    {
        { Incident: { Until: { } until } over } => $"{cause.Explanation} It lasted {Text(until - over.Since)} and is over; {over.EventsWaiting} events waited.",
        { Incident: { } incident } => $"{cause.Explanation} No request has succeeded since {Text(incident.Since)}. The spans wait in the Event Hub until they are too old ({Text(letter.MaxSpanAge)}).",
        { Reason: DeadLetterReason.TooOld, Response: not null } => $"{cause.Explanation} The spans waited in the Event Hub until they were too old ({Text(letter.MaxSpanAge)}): Dynatrace would now silently drop them after a 200.",
        _ => cause.Explanation,
    };

    private static string NextStepOf(DeadLetter letter, Cause cause) => letter switch
    {
        { Incident.IsOver: true } => "Nothing: spans are delivered again.",
        { Reason: DeadLetterReason.TooOld, Response: not null } => $"{cause.Remedy} {CauseCatalog.SendElsewhere}",
        _ => cause.NextStep,
    };

    private static IEnumerable<string> EvidenceOf(DeadLetter letter)
    {
        if (letter.Problem != PayloadProblem.None)
            yield return $"{letter.Problem.Explain()} It has {letter.PayloadBytes.ToString(CultureInfo.InvariantCulture)} bytes.";
        if (letter.Trouble.Length > 0)
            yield return letter.Trouble;
        if (letter.About is { } about)
            yield return $"The message was about the dead letter {about}.";
        if (letter.Response is { Status: { } status } response)
            yield return $"{letter.Endpoint} responded with {status.ToString(CultureInfo.InvariantCulture)}{(response.Message.Length > 0 ? ": " + response.Message : " and no message.")}";
        else if (letter.Response is { } failed)
            yield return failed.Message;
        if (letter.Response is { RejectedSpans: > 0 } partly)
            yield return $"{partly.RejectedSpans.ToString(CultureInfo.InvariantCulture)} spans of the request were rejected.";
        if (letter.Response is { Token.Length: > 0 } sent)
            yield return $"Sent with the token {sent.Token}.";
        if (letter.Reason == DeadLetterReason.TooOld)
            yield return $"When the spans were dead-lettered, the oldest had ended {Text(letter.Age)} ago; Relay__MaxSpanAge is {Text(letter.MaxSpanAge)}.";
        if (letter.Reason == DeadLetterReason.TooFarAhead)
            yield return $"When the spans were dead-lettered, the latest ended {Text(letter.Age)} in the future; the limit is {Text(DynatraceLimits.MaxSpanAhead)}.";
    }

    private static IEnumerable<string> FactsOf(DeadLetter letter, Cause cause, ReadOnlyMemory<byte> payload) =>
        letter.IsQuarantined && PayloadFacts.Describe(cause, payload.Span) is { } facts ? [facts] : [];

    private static string Text(TimeSpan span) => TimeSpan.FromSeconds(Math.Round(span.TotalSeconds)).ToString("c", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
