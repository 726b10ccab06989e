using System.Globalization;
using SpanRelay.Watch;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SpanRelay.Cli.Top;

/// <summary>A table that is drawn anew with each reading. It fits 80 columns.</summary>
internal sealed class TopTable(IAnsiConsole console, TimeSpan interval) : ITopView
{
    private const int MostPartitions = 8;
    private const int LongestReader = 20;

    private LiveDisplayContext? _live;
    private RelayReading? _latestGood;

    public Task<int> ShowAsync(Func<Task<int>> session) => console.Live(new Text("")).StartAsync(live =>
    {
        _live = live;
        return session();
    });

    /// <summary>After a failed reading, the last good one stays, with what failed below it.</summary>
    public void Show(RelayReading reading, RelayHistory history)
    {
        if (reading.Partitions.Count > 0)
            _latestGood = reading;
        var rows = new List<IRenderable> { new Text(string.Create(CultureInfo.InvariantCulture, $"spanrelay top, {TopText.Time(reading.At)}, every {interval.TotalSeconds:0} s; q ends it"), new Style(Color.Grey)) };
        if (_latestGood is { } good)
            rows.AddRange([Figures(good, history), Partitions(good), .. Newest(good)]);
        if (history.Expired > 0)
            rows.Add(new Text($"! {TopText.Count(history.Expired)} events left the Event Hub at the end of their retention before they were settled", new Style(Color.Red)));
        rows.AddRange(reading.Incidents.Select(incident => new Text($"! {TopText.Incident(incident)}", new Style(Color.Red))));
        rows.AddRange(reading.Problems.Select(problem => new Text($"! {TopText.Time(reading.At)} {TopText.Problem(problem)}", new Style(Color.Yellow))));
        _live!.UpdateTarget(new Rows(rows));
    }

    private static Table Figures(RelayReading reading, RelayHistory history)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn(new TableColumn("what").NoWrap()).AddColumn("figures");
        var (fast, slow) = (history.RatesOver(TopText.Short), history.RatesOver(TopText.Long));
        table.AddRow(new Text("events received"), Rates(history.Received, fast?.Received, slow?.Received));
        table.AddRow(new Text("events settled"), Rates(history.Settled, fast?.Settled, slow?.Settled));
        table.AddRow(new Text(reading.Incidents.Count > 0 ? "held" : "waiting"), new Text(TopText.Waiting(reading, history), new Style(reading.Incidents.Count > 0 ? Color.Red : Color.Default)));
        table.AddRow(new Text("readers"), new Text(TopText.Readers(reading)));
        table.AddRow(new Text("dead letters"), new Text(TopText.Letters(reading), new Style(reading.Letters is { Total: > 0 } ? Color.Yellow : Color.Default)));
        return table;
    }

    private static Text Rates(long total, double? fast, double? slow) =>
        new($"{TopText.Count(total),11}  {TopText.Rate(fast),11} over 10 s  {TopText.Rate(slow),11} over 1 min");

    private static Table Partitions(RelayReading reading)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            new TableColumn("partition"), new TableColumn("waiting").RightAligned(), new TableColumn("last event"), new TableColumn("last settled"), new TableColumn("reader").NoWrap());
        foreach (var partition in reading.Partitions.OrderByDescending(each => each.Waiting).Take(MostPartitions))
        {
            table.AddRow(
                new Text(partition.Id), new Text(TopText.Count(partition.Waiting)), Moment(partition.LastAt), Moment(partition.SettledAt),
                new Text(partition.IsOwned(reading.At) ? OneLine.From(partition.Owner, LongestReader) : "none"));
        }

        if (reading.Partitions.Count > MostPartitions)
            table.AddRow(new Text("…"), new Text(TopText.Count(reading.Partitions.OrderByDescending(each => each.Waiting).Skip(MostPartitions).Sum(each => each.Waiting))), new Text($"{reading.Partitions.Count - MostPartitions} more"));
        return table;
    }

    private static IEnumerable<Text> Newest(RelayReading reading) => (reading.Letters?.Newest ?? [])
        .Select(letter => new Text(OneLine.From($"{TopText.Time(letter.At)} {letter.Summary?.Cause ?? "not recorded yet"} {letter.Id}", 78), new Style(Color.Grey)));

    private static Text Moment(DateTimeOffset? time) => new(time is { } known ? TopText.Time(known) : "never");
}
