using System.Globalization;
using System.Text;
using SpanRelay.Cli.Redact;
using SpanRelay.Cli.Run;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>Shows one dead letter: its record, and its payload as spans.</summary>
internal sealed class ShowSession(IAnsiConsole console, DeadLetterArchive archive, bool showsRaw)
{
    private const int MostSpans = 50;
    private const int MostLines = 50;
    private const int LongestValue = 200;
    private const int LongestText = 2_000;
    private const int RawBytes = 512;

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    /// <returns>The exit code.</returns>
    /// <param name="id">Null for the newest.</param>
    public async Task<int> RunAsync(string? id, CancellationToken cancellationToken)
    {
        id ??= await Progress.ShowAsync("Looking for the newest", FindNewestAsync(cancellationToken));
        if (id is null)
        {
            console.WriteLine("There is no dead letter.");
            return 0;
        }

        if (await archive.FindAsync(id, cancellationToken) is not { } letter)
            return ArchiveAccess.Refuse(console, [$"Unknown dead letter: {OneLine.Quoted(id, 100)}."]);

        var (record, problem) = await archive.ReadRecordAsync(letter, cancellationToken);
        if (problem.Length > 0)
            ArchiveAccess.Warn(console, [problem]);
        else if (record is null)
            console.WriteLine("There is no record yet, or it could not be written: check the queues dead-letters and dead-letters-poison and the function app's log.", new Style(Color.Yellow));
        else
            ShowDiagnosis(record.Diagnosis);
        console.Write(Facts(letter, record));
        if (letter.PayloadBytes is not null)
            await ShowPayloadAsync(letter, cancellationToken);
        return 0;
    }

    private async Task<string?> FindNewestAsync(CancellationToken cancellationToken)
    {
        ArchivedLetter? newest = null;
        await foreach (var letter in archive.ListAsync(new LetterFilter(), null, cancellationToken))
            newest = newest is null || letter.At >= newest.At ? letter : newest;
        return newest?.Id;
    }

    private void ShowDiagnosis(DiagnosedCause diagnosis)
    {
        console.WriteLine(OneLine.From(diagnosis.Title, LongestText), new Style(Color.Red, decoration: Decoration.Bold));
        console.WriteLine(OneLine.From(diagnosis.Explanation, LongestText));
        foreach (var evidence in diagnosis.Evidence.Take(MostLines))
            console.WriteLine($"- {OneLine.From(evidence, LongestText)}");
        console.WriteLine();
        console.Write(new Text("Next: ", new Style(decoration: Decoration.Bold)));
        console.WriteLine(OneLine.From(diagnosis.NextStep, LongestText));
        if (diagnosis.Link.Length > 0)
            console.WriteLine(OneLine.From(diagnosis.Link, LongestText), new Style(Color.Blue));
        console.WriteLine();
    }

    private Grid Facts(ArchivedLetter letter, DeadLetterRecord? record)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in FactsOf(letter, record))
        {
            if (value.Length > 0)
                grid.AddRow(new Text(name, new Style(Color.Grey)), new Text(OneLine.From(value, LongestText)));
        }

        return grid;
    }

    private IEnumerable<(string Name, string Value)> FactsOf(ArchivedLetter letter, DeadLetterRecord? record)
    {
        yield return ("id", letter.Id);
        yield return ("cause", letter.Summary?.Cause ?? "");
        yield return ("dead-lettered", Aged(letter.At));
        yield return ("state", LetterState.From(letter, _now).Text);
        if (record is not null)
        {
            foreach (var fact in FactsOf(record))
                yield return fact;
        }

        if (letter.PayloadBytes is { } bytes)
            yield return ("stored", string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes, {(letter.IsQuarantined ? "as received, not redacted" : "redacted and compressed")}"));
        if (letter.Replayed is { } mark)
            yield return ("replayed", string.Create(CultureInfo.InvariantCulture, $"{Aged(mark.At)} to {mark.To}, {mark.Times:N0} times in total. {mark.Remark}").TrimEnd());
    }

    private IEnumerable<(string Name, string Value)> FactsOf(DeadLetterRecord record)
    {
        var letter = record.Letter;
        yield return ("reason", letter.Reason?.ToString() ?? "Incident");
        if (letter.Incident is { } incident)
        {
            yield return ("began", Aged(incident.Since));
            yield return ("ended", incident.Until is { } until ? Aged(until) : "still open");
            yield return ("events held", incident.EventsWaiting.ToString("N0", CultureInfo.InvariantCulture));
        }
        else
        {
            yield return ("event", string.Create(CultureInfo.InvariantCulture, $"partition {letter.Partition}, sequence number {letter.SequenceNumber?.ToString(CultureInfo.InvariantCulture) ?? "?"}"));
        }

        yield return ("sent to", letter.Endpoint);
        if (letter.Response is { } answer)
            yield return ("response", $"{answer.StatusText}. {answer.Message}");
        yield return ("spans", letter.Spans > 0 ? letter.Spans.ToString("N0", CultureInfo.InvariantCulture) : "");
        yield return ("services", string.Join(", ", record.Services));
        yield return ("traces", string.Join(", ", record.TraceIds));
        yield return ("oldest span ended", record.OldestEnd is { } oldest ? Aged(oldest) : "");
        yield return ("latest span ended", record.NewestEnd is { } newest ? Aged(newest) : "");
        yield return ("replayable until", record.ReplayableUntil is { } last ? Aged(last) : "");
        yield return ("payload", record.Payload ?? "");
    }

    private string Aged(DateTimeOffset time) => time <= _now
        ? $"{LetterState.Moment(time)}, {LetterState.Duration(_now - time)} ago"
        : $"{LetterState.Moment(time)}, in {LetterState.Duration(time - _now)}";

    private async Task ShowPayloadAsync(ArchivedLetter letter, CancellationToken cancellationToken)
    {
        var (loaded, problem) = await archive.ReadPayloadAsync(letter, cancellationToken);
        using var payload = loaded;
        ArchiveAccess.Warn(console, problem.Length > 0 ? [problem] : []);
        if (payload is null)
            return;

        console.WriteLine();
        if (letter.IsQuarantined)
            ShowRaw(payload.Bytes.WrittenSpan);
        else
            ShowSpans(payload);
    }

    private void ShowSpans(LoadedPayload payload)
    {
        using var decoder = new PayloadDecoder();
        var export = payload.Decode(decoder, out var problem);
        if (problem != PayloadProblem.None)
        {
            console.WriteLine(problem.Explain(), new Style(Color.Red));
            return;
        }

        var spans = (
            from resource in ExportTraceServiceRequest.Parser.ParseFrom(export).ResourceSpans
            from scope in resource.ScopeSpans
            from span in scope.Spans
            select span).ToList();
        foreach (var trace in spans.Take(MostSpans).GroupBy(span => span.TraceId))
            console.Write(TraceTree.Create([.. trace], Details));
        if (spans.Count > MostSpans)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {spans.Count - MostSpans:N0} more spans. Use export to see all."));
    }

    private static IEnumerable<string> Details(Span span)
    {
        if (span.Status is { Message.Length: > 0 } status)
            yield return $"[red]{Markup.Escape(OneLine.From(status.Message, LongestValue))}[/]";
        foreach (var attribute in span.Attributes)
            yield return $"[grey]{Markup.Escape(OneLine.From(attribute.Key, LongestValue))}[/] {Markup.Escape(OneLine.From(attribute.Value is null ? "" : ValueText.From(attribute.Value), LongestValue))}";
    }

    private void ShowRaw(ReadOnlySpan<byte> body)
    {
        if (!showsRaw)
        {
            console.WriteLine("The event is quarantined as received, not redacted. --raw shows its first bytes.", new Style(Color.Yellow));
            return;
        }

        console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"NOT REDACTED: the first {Math.Min(body.Length, RawBytes):N0} of {body.Length:N0} bytes, as received."),
            new Style(Color.White, Color.Red));
        for (var start = 0; start < Math.Min(body.Length, RawBytes); start += 16)
        {
            var row = body[start..Math.Min(start + 16, Math.Min(body.Length, RawBytes))];
            var hex = string.Join(' ', row.ToArray().Select(each => each.ToString("x2", CultureInfo.InvariantCulture)));
            var text = string.Concat(Encoding.Latin1.GetString(row).Select(c => c is >= ' ' and <= '~' ? c : '.'));
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{start:x4}  {hex,-47}  {text}"));
        }
    }
}
