using Google.Protobuf;
using SpanRelay.Cli.DeadLetters;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Page;

/// <summary>Dead letters and incidents: why, and what to do.</summary>
internal sealed class LettersView(PageSource source)
{
    /// <summary>How many bytes of protobuf are shown as JSON.</summary>
    public const int LongestPayload = 1_000_000;

    private const int MostEvidence = 20;
    private const int LongestText = 2_000;

    public async Task<Html> ListAsync(CancellationToken cancellationToken)
    {
        var letters = await source.Letters.ListAsync(cancellationToken);
        return Html.From($"""
            <div class="head"><div><h1>Dead letters</h1><p class="lead">What could not be delivered, with its cause and what to do; and incidents, which hold spans until their cause is fixed. Those of earlier runs are here too.</p></div>
            <div class="actions"><a class="button" href="/faults">Cause a fault</a></div></div>
            <div id="letters" data-live>{(letters.Count == 0 ? Html.From($"<p class=\"empty\">No dead letters.</p>") : Table(letters))}</div>
            """);
    }

    /// <returns>Null when there is no such letter.</returns>
    public async Task<Html?> ShowAsync(string id, CancellationToken cancellationToken)
    {
        if (await source.Letters.Archive.FindAsync(id, cancellationToken) is not { } letter)
            return null;

        var (record, problem) = await source.Letters.Archive.ReadRecordAsync(letter, cancellationToken);
        return Html.From($"""
            <p class="path"><a href="/dead-letters">Dead letters</a></p>
            <h1>{Line(record?.Diagnosis.Title ?? "Not recorded yet")}</h1>
            <p class="id">{letter.Id}</p>
            {(problem.Length > 0 ? Html.From($"<p class=\"verdict bad\">{Line(problem)}</p>") : default)}
            {(record is null ? default : Diagnosis(record.Diagnosis))}
            <div id="state" data-live>{State(letter)}</div>
            <h2>Facts</h2>
            <dl>{Facts(letter, record).Where(fact => fact.Value.Length > 0).Select(fact => Html.From($"<dt>{fact.Name}</dt><dd>{Line(fact.Value)}</dd>"))}</dl>
            """);
    }

    /// <summary>As it is stored, redacted, in protobuf's JSON. What is quarantined is not redacted, and not shown.</summary>
    public async Task<string?> PayloadAsync(string id, CancellationToken cancellationToken)
    {
        if (await source.Letters.Archive.FindAsync(id, cancellationToken) is not { IsQuarantined: false, PayloadBytes: not null } letter)
            return null;

        var (loaded, problem) = await source.Letters.Archive.ReadPayloadAsync(letter, cancellationToken);
        using var payload = loaded;
        using var decoder = new PayloadDecoder();
        if (payload is null)
            return $"{(problem.Length > 0 ? problem : "The payload no longer exists.")}\n";
        var export = payload.Decode(decoder, out var unreadable);
        if (unreadable != PayloadProblem.None)
            return $"{unreadable.Explain()}\n";
        return JsonOf(export);
    }

    internal static string JsonOf(ReadOnlySpan<byte> export) => export.Length > LongestPayload
        ? $"The payload has {export.Length} bytes. Write it to a file: spanrelay dead-letters export\n"
        : new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation()).Format(ExportTraceServiceRequest.Parser.ParseFrom(export));

    private Html Table(IReadOnlyList<ArchivedLetter> letters) => Html.From($"""
        <table class="list"><thead><tr><th scope="col">Cause</th><th scope="col">When</th><th scope="col" class="number">Spans</th><th scope="col">Services</th><th scope="col">State</th></tr></thead><tbody>
        {letters.Select(letter => Html.From($"""
            <tr><th scope="row"><a id="l{letter.Id}" href="/dead-letters/{letter.Id}">{Line(letter.Summary?.Cause ?? "not recorded yet")}</a></th>
            <td data-name="When">{Ago(letter.At)}</td><td class="number" data-name="Spans">{letter.Summary?.Spans ?? 0}</td>
            <td data-name="Services">{Line(string.Join(", ", letter.Summary?.Services ?? []))}</td><td data-name="State">{Tag(letter)}</td></tr>
            """))}
        </tbody></table>
        """);

    private static Html Diagnosis(DiagnosedCause cause) => Html.From($"""
        <p>{Line(cause.Explanation)}</p>
        <div class="next"><h2>Next step</h2><p>{Line(cause.NextStep)}</p></div>
        <h2>Evidence</h2><ul class="evidence">{cause.Evidence.Take(MostEvidence).Select(each => Html.From($"<li>{Line(each)}</li>"))}</ul>
        """);

    private Html State(ArchivedLetter letter) => Html.From($"""
        <p>{Tag(letter)}</p>
        <div class="actions">{(letter.PayloadBytes is null ? default : PageFrame.Action($"/dead-letters/{letter.Id}/replay", letter.Replayed is null ? "Replay" : "Replay again", "primary"))}
        {(letter.PayloadBytes is null ? default : letter.IsQuarantined ? Html.From($"<p>Its payload is in quarantine as received, not redacted, and is not shown here.</p>") : Html.From($"""<a class="button" href="/dead-letters/{letter.Id}/payload">Payload, as redacted</a>"""))}</div>
        """);

    private IEnumerable<(string Name, string Value)> Facts(ArchivedLetter letter, DeadLetterRecord? record) =>
    [
        ("cause", letter.Summary?.Cause ?? ""),
        ("dead-lettered", $"{LetterState.Moment(letter.At)}, {Ago(letter.At)}"),
        ("response", record?.Letter.Response is { } response ? $"{response.StatusText}. {response.Message}" : ""),
        ("sent to", record?.Letter.Endpoint ?? ""),
        ("event", record?.Letter.SequenceNumber is { } number ? $"partition {record.Letter.Partition}, sequence number {number}" : ""),
        ("services", string.Join(", ", record?.Services ?? [])),
        ("traces", string.Join(", ", record?.TraceIds ?? [])),
        ("replayable until", record?.ReplayableUntil is { } until ? LetterState.Moment(until) : ""),
    ];

    private Html Tag(ArchivedLetter letter)
    {
        var state = LetterState.From(letter, source.Now);
        return Html.From($"""<span class="tag {(state.Color is "green" ? "good" : state.Color is "red" or "magenta" ? "bad" : state.Color is "yellow" ? "warn" : "quiet")}">{state.Text}</span>""");
    }

    private string Ago(DateTimeOffset time) => $"{LetterState.Duration(source.Now - time)} ago";

    private static string Line(string text) => OneLine.From(text, LongestText);
}
