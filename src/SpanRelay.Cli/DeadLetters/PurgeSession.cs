using System.Globalization;
using SpanRelay.DeadLetters;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>Permanently deletes dead letters after showing a summary and asking for confirmation.</summary>
internal sealed class PurgeSession(IAnsiConsole console, DeadLetterArchive archive, TimeSpan oldAge, bool asks)
{
    private const int DeletesAtOnce = 32;

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(LetterFilter filter, CancellationToken cancellationToken)
    {
        var letters = new List<ArchivedLetter>();
        await foreach (var letter in archive.ListAsync(filter, cancellationToken))
        {
            if (filter.Ids.Count > 0 || letter.Replayed is not null || _now - letter.At > oldAge)
                letters.Add(letter);
        }

        if (letters.Count == 0)
        {
            console.WriteLine($"Nothing to delete: no matching dead letter was replayed or is older than {LetterState.Duration(oldAge)}.");
            return 0;
        }

        Show(letters);
        if (asks && !Confirm())
            return 1;

        var deleted = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(letters, parallel, async (letter, cancelled) =>
            {
                await archive.DeleteAsync(letter, cancelled);
                Interlocked.Increment(ref deleted);
            });
        }
        finally
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Deleted {deleted:N0} of {letters.Count:N0} dead letters, with their payloads."));
        }

        return 0;
    }

    private void Show(List<ArchivedLetter> letters)
    {
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"To be deleted: {letters.Count:N0}, dead-lettered from {LetterState.Moment(letters.Min(letter => letter.At))} to {LetterState.Moment(letters.Max(letter => letter.At))}."));
        foreach (var kind in letters.GroupBy(letter => LetterState.From(letter, _now).Kind))
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind.Count(),8:N0}  {kind.Key}, {kind.Sum(letter => letter.Summary?.Spans ?? 0):N0} spans"));
    }

    private bool Confirm()
    {
        if (console.Profile.Capabilities.Interactive && !Console.IsInputRedirected)
            return console.Confirm("Permanently delete them?", defaultValue: false);

        console.WriteLine("Nothing was deleted: confirmation needs an interactive terminal. Use --yes to delete without it.", new Style(Color.Red));
        return false;
    }
}
