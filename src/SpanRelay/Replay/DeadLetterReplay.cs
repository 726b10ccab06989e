using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Pipeline;

namespace SpanRelay.Replay;

/// <summary>
/// Takes stored payloads through the relay again: today's policy, today's token, today's lifetime check. What was delivered is
/// marked, batch by batch, so that an interrupted replay continues when it is run again. Spans are sent twice only if the
/// interruption falls between their delivery and the mark.
/// </summary>
public sealed class DeadLetterReplay(DeadLetterArchive archive, RelayOptions options, DynatraceClient client, TimeProvider time)
{
    private const int MaxBatchLetters = 100;
    private const long MaxBatchBytes = 1_000_000; // Compressed: about one request.
    private const int BatchesAtOnce = 4;
    private const int CallsOfABatchAtOnce = 8; // With more, a slow account lets calls time out.

    private readonly string _receiver = options.Dynatrace.Endpoint.Traces.Host;

    /// <summary>Replays until all letters are done, no request succeeds, or it is time to stop.</summary>
    /// <param name="stopAt">No batch begins after it; null for no limit.</param>
    /// <param name="onResult">Called with each result, one at a time, after the report counts it.</param>
    /// <exception cref="DeadLetterStoreException">A call of the storage account failed.</exception>
    public async Task<ReplayReport> ReplayAsync(
        IReadOnlyList<ArchivedLetter> letters, DateTimeOffset? stopAt, Action<ReplayResult, ReplayReport>? onResult, CancellationToken cancellationToken)
    {
        var report = new ReplayReport(letters.Count, onResult);
        var refusals = new ReplayRefusals();
        await using var relay = new Relay(options, client, refusals, time, NullLogger<Relay>.Instance);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Batches(letters), parallel, async (batch, cancelled) =>
        {
            if (report.StoppedBy is null && !(time.GetUtcNow() >= stopAt))
                await ReplayAsync(relay, refusals, batch, report, cancelled);
        });
        return report;
    }

    private async Task ReplayAsync(
        Relay relay, ReplayRefusals refusals, (int FirstNumber, IReadOnlyList<ArchivedLetter> Letters) batch, ReplayReport report, CancellationToken cancellationToken)
    {
        var sent = await LoadAsync(batch.FirstNumber, batch.Letters, report, cancellationToken);
        if (sent.Count == 0)
            return;

        var events = sent.Select(each => new IncomingEvent(each.Payload.Bytes.WrittenMemory, each.Number)).ToList();
        // A partition for each batch: the relay remembers by partition why spans are held, and batches run in parallel.
        var partition = string.Create(CultureInfo.InvariantCulture, $"replay-{batch.FirstNumber}");
        var relayed = await relay.ForwardAsync(new EventBatch(partition, events) { IsReplay = true }, cancellationToken);
        foreach (var each in sent)
            each.Payload.Bytes.Dispose();
        report.Count(relayed);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = CallsOfABatchAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(sent, parallel, async (each, cancelled) =>
        {
            var refused = refusals.Take(partition, each.Number);
            report.Count(relayed.ReasonHeld is { } held
                ? new ReplayResult(each.Letter, ReplayOutcome.Held, held.Message)
                : await MarkAsync(ReplayResult.From(each.Letter, refused), each.Payload, cancelled));
        });
    }

    /// <summary>Reads the payloads to send, and notes the results of letters that are not sent.</summary>
    private async Task<IReadOnlyCollection<(int Number, ArchivedLetter Letter, LoadedPayload Payload)>> LoadAsync(
        int firstNumber, IReadOnlyList<ArchivedLetter> letters, ReplayReport report, CancellationToken cancellationToken)
    {
        var loaded = new ConcurrentBag<(int, ArchivedLetter, LoadedPayload)>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = CallsOfABatchAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(letters.Index(), parallel, async (each, cancelled) =>
        {
            var letter = each.Item;
            if (options.ChecksSpanEnds && IsSurelyExpired(letter))
            {
                report.Count(new ReplayResult(letter, ReplayOutcome.Expired, ReplayResult.TooOld));
                return;
            }

            var (payload, problem) = letter.PayloadBytes is null ? (null, "") : await archive.ReadPayloadAsync(letter, cancelled);
            if (problem.Length > 0)
                report.Count(new ReplayResult(letter, ReplayOutcome.Refused, problem));
            else if (payload is null)
                report.Count(new ReplayResult(letter, ReplayOutcome.Gone, "Its payload no longer exists."));
            else if (payload.Replayed != letter.Replayed)
                report.Count(new ReplayResult(letter, ReplayOutcome.Gone, "Another replay has sent it in the meantime."));
            else
                loaded.Add((firstNumber + each.Index, letter, payload));
        });
        return loaded;
    }

    /// <summary>By the record alone: the payload may hold spans that are younger than the oldest.</summary>
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

    /// <summary>With the position of each batch's first letter in the whole replay, which serves as its sequence number.</summary>
    private static IEnumerable<(int FirstNumber, IReadOnlyList<ArchivedLetter> Letters)> Batches(IReadOnlyList<ArchivedLetter> letters)
    {
        var (first, bytes) = (0, 0L);
        for (var i = 0; i < letters.Count; i++)
        {
            var size = letters[i].PayloadBytes ?? 0;
            if (i > first && (i - first == MaxBatchLetters || bytes + size > MaxBatchBytes))
            {
                yield return (first, [.. letters.Skip(first).Take(i - first)]);
                (first, bytes) = (i, 0);
            }

            bytes += size;
        }

        if (first < letters.Count)
            yield return (first, [.. letters.Skip(first)]);
    }
}
