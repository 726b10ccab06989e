using System.Collections.Concurrent;
using System.Globalization;
using SpanRelay.DeadLetters;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>Permanently deletes dead letters after showing a summary and asking for confirmation.</summary>
internal sealed class PurgeSession(IAnsiConsole console, DeadLetterArchive archive, TimeSpan oldAge, bool asks)
{
    private const int DeletesAtOnce = 32;

    // With the account down each takes a while to fail.
    private const int MostFailures = 20;

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly ConcurrentQueue<string> _skipped = [];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(LetterFilter filter, CancellationToken cancellationToken)
    {
        var letters = new List<ArchivedLetter>();
        await Progress.ShowAsync("Listing", async () =>
        {
            await foreach (var letter in archive.ListAsync(filter, _skipped.Enqueue, cancellationToken))
            {
                if (letter.Problem.Length > 0)
                    _skipped.Enqueue(letter.Problem);
                if (filter.Ids.Count > 0 || letter.Replayed is not null || _now - letter.At > oldAge)
                    letters.Add(letter);
            }
        });

        ArchiveAccess.Warn(console, _skipped);
        if (letters.Count == 0)
        {
            console.WriteLine($"Nothing to delete: no matching dead letter was replayed or is older than {LetterState.Duration(oldAge)}.");
            return 0;
        }

        Show(letters);
        if (asks && !Confirm())
            return 1;

        _skipped.Clear();
        var deleted = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellationToken };
        try
        {
            await Progress.ShowAsync("Deleting", () => Parallel.ForEachAsync(letters, parallel, async (letter, cancelled) =>
            {
                if (await TryDeleteAsync(letter, cancelled))
                    Interlocked.Increment(ref deleted);
            }));
        }
        finally
        {
            ArchiveAccess.Warn(console, _skipped);
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Deleted {deleted:N0} of {letters.Count:N0} dead letters, with their payloads."));
        }

        return deleted == letters.Count ? 0 : 1;
    }

    /// <summary>One that cannot be deleted does not keep the others.</summary>
    private async Task<bool> TryDeleteAsync(ArchivedLetter letter, CancellationToken cancellationToken)
    {
        try
        {
            if (_skipped.Count >= MostFailures)
                return false;
            await archive.DeleteAsync(letter, cancellationToken);
            return true;
        }
        catch (DeadLetterStoreException e)
        {
            _skipped.Enqueue($"{letter.Id} is not deleted. {e.Message}");
            return false;
        }
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
