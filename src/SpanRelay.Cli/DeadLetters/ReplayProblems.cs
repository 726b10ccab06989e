using System.Globalization;
using SpanRelay.Dynatrace;
using SpanRelay.Replay;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>The reasons why dead letters were not replayed, each with a count and the first few ids.</summary>
internal sealed class ReplayProblems
{
    private const int MostReasons = 20;
    private const int MostIds = 3;

    private readonly Dictionary<string, (int Count, List<string> Ids)> _reasons = new(StringComparer.Ordinal);

    public void Note(ReplayResult result)
    {
        if (result.Why.Length == 0 || result.Outcome == ReplayOutcome.Held)
            return;

        var (count, ids) = _reasons.TryGetValue(result.Why, out var known) ? known : (0, []);
        if (ids.Count < MostIds)
            ids.Add(result.Letter.Id);
        _reasons[result.Why] = (count + 1, ids);
    }

    public void Show(IAnsiConsole console)
    {
        foreach (var (why, (count, ids)) in _reasons.OrderByDescending(each => each.Value.Count).Take(MostReasons))
        {
            console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{count:N0} × {OneLine.From(why, 500)} ({string.Join(", ", ids)}{(count > ids.Count ? ", …" : "")})"),
                new Style(Color.Yellow));
        }
    }
}
