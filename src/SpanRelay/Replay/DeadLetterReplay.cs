using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Pipeline;

namespace SpanRelay.Replay;

/// <summary>
/// Takes stored payloads through the relay again: today's policy, today's token, today's look at the spans' ends. What arrived
/// is marked, batch by batch, so that a replay that was interrupted goes on when it is run again; what is interrupted between
/// its arrival and its mark arrives twice.
/// </summary>
public sealed class DeadLetterReplay(DeadLetterArchive archive, RelayOptions options, DynatraceClient client, TimeProvider time)
{
    private const int MaxBatchLetters = 100;
    private const long MaxBatchBytes = 1_000_000; // Compressed: about one request, of which all is taken or nothing.
    private const int BatchesAtOnce = 4;
    private const int CallsOfABatchAtOnce = 8; // An account that is slow under more fails calls that wait too long.

    private readonly string _receiver = options.Dynatrace.Endpoint.Traces.Host;

    /// <summary>Replays until the letters are done, nothing passes, or it is time to stop.</summary>
    /// <param name="stopAt">No batch is begun after it; null for none.</param>
    /// <param name="onResult">Called with each result, one at a time, after it was noted in the report.</param>
    /// <exception cref="DeadLetterStoreException">The storage account fails.</exception>
    public async Task<ReplayReport> ReplayAsync(
        IReadOnlyList<ArchivedLetter> letters, DateTimeOffset? stopAt, Action<ReplayResult, ReplayReport>? onResult, CancellationToken cancellationToken)
    {
        var run = new Run(letters.Count, onResult);
        var relay = new Relay(options, client, run.Refusals, time, NullLogger<Relay>.Instance);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Batches(letters), parallel, async (batch, cancelled) =>
        {
            if (run.Report.StoppedBy is null && !(time.GetUtcNow() >= stopAt))
                await ReplayAsync(relay, batch, run, cancelled);
        });
        return run.Report;
    }

    private async Task ReplayAsync(Relay relay, Batch batch, Run run, CancellationToken cancellationToken)
    {
        var sent = await LoadAsync(batch, run, cancellationToken);
        if (sent.Count == 0)
            return;

        var events = sent.Select(each => new IncomingEvent(each.Payload.Bytes.WrittenMemory, each.Number)).ToList();
        var report = await relay.ForwardAsync(new EventBatch("replay", events), cancellationToken);
        foreach (var each in sent)
            each.Payload.Bytes.Dispose();
        run.Note(report);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = CallsOfABatchAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(sent, parallel, async (each, cancelled) =>
        {
            var refused = run.Refusals.Take(each.Number);
            run.Note(report.ReasonHeld is { } held
                ? new ReplayResult(each.Letter, ReplayOutcome.Held, held.Message)
                : await MarkAsync(ReplayResult.Of(each.Letter, refused), each.Payload, cancelled));
        });
    }

    /// <summary>Reads the payloads of what is to be sent, and notes the results of what is not.</summary>
    private async Task<IReadOnlyCollection<(int Number, ArchivedLetter Letter, LoadedPayload Payload)>> LoadAsync(Batch batch, Run run, CancellationToken cancellationToken)
    {
        var loaded = new ConcurrentBag<(int, ArchivedLetter, LoadedPayload)>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = CallsOfABatchAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(batch.Letters.Index(), parallel, async (each, cancelled) =>
        {
            var letter = each.Item;
            if (options.ChecksSpanEnds && IsSurelyExpired(letter))
            {
                run.Note(new ReplayResult(letter, ReplayOutcome.Expired, ReplayResult.TooOld));
                return;
            }

            var payload = letter.Payload is null ? null : await archive.ReadPayloadAsync(letter, cancelled);
            if (payload is null)
                run.Note(new ReplayResult(letter, ReplayOutcome.Gone, "Its payload is not there."));
            else if (payload.Replayed != letter.Payload!.Replayed)
                run.Note(new ReplayResult(letter, ReplayOutcome.Gone, "It was replayed by someone else in the meantime."));
            else
                loaded.Add((batch.FirstNumber + each.Index, letter, payload));
        });
        return loaded;
    }

    /// <summary>Without a look at the payload, which may hold some spans that are younger than the oldest.</summary>
    private bool IsSurelyExpired(ArchivedLetter letter) =>
        letter.Summary is { ReplayableUntil: { } until } summary
        && until <= time.GetUtcNow()
        && (summary.Reason == DeadLetterReason.TooOld || summary.Spans == 1);

    private async ValueTask<ReplayResult> MarkAsync(ReplayResult result, LoadedPayload payload, CancellationToken cancellationToken)
    {
        if (result.IsMarked)
        {
            var mark = new ReplayMark(time.GetUtcNow(), _receiver, 1 + (payload.Replayed?.Times ?? 0), result.Why);
            await archive.MarkReplayedAsync(result.Letter, payload.Version, mark, cancellationToken);
        }

        return result;
    }

    private static IEnumerable<Batch> Batches(IReadOnlyList<ArchivedLetter> letters)
    {
        var (first, bytes) = (0, 0L);
        for (var i = 0; i < letters.Count; i++)
        {
            var size = letters[i].Payload?.Bytes ?? 0;
            if (i > first && (i - first == MaxBatchLetters || bytes + size > MaxBatchBytes))
            {
                yield return new Batch(first, [.. letters.Skip(first).Take(i - first)]);
                (first, bytes) = (i, 0);
            }

            bytes += size;
        }

        if (first < letters.Count)
            yield return new Batch(first, [.. letters.Skip(first)]);
    }

    /// <param name="FirstNumber">Of its letters in the whole replay: the sequence number of the first one.</param>
    private sealed record Batch(int FirstNumber, IReadOnlyList<ArchivedLetter> Letters);

    private sealed class Run(int letters, Action<ReplayResult, ReplayReport>? onResult)
    {
        private readonly Lock _lock = new();

        public ReplayReport Report { get; } = new(letters);

        public ReplayRefusals Refusals { get; } = new();

        public void Note(RelayReport relayed)
        {
            lock (_lock)
            {
                Report.SpansDelivered += relayed.SpansDelivered;
                Report.StoppedBy ??= relayed.ReasonHeld;
            }
        }

        public void Note(ReplayResult result)
        {
            lock (_lock)
            {
                Report.Count(result.Outcome);
                onResult?.Invoke(result, Report);
            }
        }
    }
}
