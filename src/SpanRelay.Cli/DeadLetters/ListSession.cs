using System.Globalization;
using System.Text.Json;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>Lists dead letters, newest first, and counts them by state.</summary>
internal sealed class ListSession(IAnsiConsole console, DeadLetterArchive archive)
{
    private const int LongestServices = 40;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(LetterFilter filter, int limit, bool asJson, CancellationToken cancellationToken)
    {
        var latest = new PriorityQueue<ArchivedLetter, DateTimeOffset>();
        var kinds = new SortedDictionary<string, (int Letters, long Spans)>(StringComparer.Ordinal);
        var skipped = new List<string>();
        await Progress.ShowAsync("Listing", async () =>
        {
            await foreach (var letter in archive.ListAsync(filter, skipped.Add, cancellationToken))
            {
                if (letter.Problem.Length > 0)
                    skipped.Add(letter.Problem);
                var kind = LetterState.From(letter, _now).Kind;
                var (letters, spans) = kinds.GetValueOrDefault(kind);
                kinds[kind] = (letters + 1, spans + (letter.Summary?.Spans ?? 0));
                latest.Enqueue(letter, letter.At);
                if (latest.Count > limit)
                    latest.Dequeue();
            }
        });

        var shown = latest.UnorderedItems.Select(each => each.Element).OrderByDescending(letter => letter.At).ToList();
        var poison = await CountPoisonAsync(cancellationToken);
        if (asJson)
            WriteJson(shown, kinds.Values.Sum(each => each.Letters), poison, skipped);
        else
            WriteText(shown, kinds, poison);
        if (!asJson)
            ArchiveAccess.Warn(console, skipped);
        return 0;
    }

    /// <returns>Null without access to the queues; the dead letters are listed anyway.</returns>
    private async Task<long?> CountPoisonAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await archive.CountPoisonAsync(cancellationToken);
        }
        catch (DeadLetterStoreException)
        {
            return null;
        }
    }

    private void WriteText(List<ArchivedLetter> shown, SortedDictionary<string, (int Letters, long Spans)> kinds, long? poison)
    {
        if (shown.Count > 0)
            console.Write(Table(shown));
        var total = kinds.Values.Sum(each => each.Letters);
        console.WriteLine(total == 0 ? "No dead letters match." : string.Create(CultureInfo.InvariantCulture, $"{total:N0} in total, {shown.Count:N0} shown:"));
        foreach (var (kind, (letters, spans)) in kinds)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {letters,8:N0}  {kind}{(spans > 0 ? $", {spans:N0} spans" : "")}"));
        if (poison > 0)
        {
            console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"About {poison:N0} messages in the queue {DeadLetterStorage.PoisonQueue} could not be processed, so their dead letters show no cause. The function app's log has the reason."),
                new Style(Color.Yellow));
        }
    }

    private Table Table(List<ArchivedLetter> shown)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns(
            new TableColumn("id").NoWrap(), new TableColumn("dead-lettered").NoWrap(), new TableColumn("cause").NoWrap(), new TableColumn("spans").RightAligned(), new TableColumn("services"), new TableColumn("state"));
        foreach (var letter in shown)
        {
            var state = LetterState.From(letter, _now);
            table.AddRow(
                new Text(letter.Id),
                new Text($"{LetterState.Duration(_now - letter.At)} ago"),
                new Text(letter.Summary?.Cause ?? ""),
                new Text(letter.Summary is { Spans: > 0 } summary ? summary.Spans.ToString("N0", CultureInfo.InvariantCulture) : ""),
                new Text(OneLine.From(string.Join(", ", letter.Summary?.Services ?? []), LongestServices)),
                new Markup($"[{state.Color}]{Markup.Escape(state.Text)}[/]"));
        }

        return table;
    }

    // Bypasses the console, which would wrap lines at the terminal's width.
    private void WriteJson(List<ArchivedLetter> shown, int total, long? poison, IReadOnlyList<string> skipped) => console.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(
        new
        {
            total,
            poisonMessages = poison,
            skipped,
            letters = shown.Select(letter => new
            {
                letter.Id,
                letter.At,
                letter.Summary?.Cause,
                reason = letter.IsIncident ? "Incident" : letter.Summary?.Reason?.ToString(),
                letter.Summary?.Spans,
                letter.Summary?.Services,
                letter.Summary?.Partition,
                letter.Summary?.ReplayableUntil,
                letter.IsRecorded,
                letter.IsQuarantined,
                letter.PayloadBytes,
                letter.Replayed,
                state = LetterState.From(letter, _now).Text,
            }),
        },
        Format));
}
