using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Ingest;

namespace SpanRelay.Doctor;

/// <summary>The Event Hub: whether it can be read, and what waits in it.</summary>
internal sealed class HubCheck(HubReader hub, TimeSpan maxSpanAge, TimeProvider time)
{
    /// <summary>What to say when the hub takes too long.</summary>
    public const string Late = "The Event Hub does not answer in time. Check the namespace's metrics for throttling, its firewall, and that its port 5671 can be reached from here.";

    private const string Hub = "event hub";
    private const string Lag = "lag";
    private const int MostShown = 8;

    /// <summary>A batch that is delivered takes less.</summary>
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var partitions = await hub.ReadAsync(cancellationToken);
            if (partitions.Any(IsSlow))
            {
                // An event that came just now, after a pause, looks the same: its checkpoint moves on.
                var before = partitions.ToDictionary(partition => partition.Id, partition => partition.Settled);
                await Task.Delay(SecondLook, time, cancellationToken);
                partitions = [.. (await hub.ReadAsync(cancellationToken)).Select(partition => before[partition.Id] == partition.Settled ? partition : partition with { SettledAt = Now })];
            }

            var events = partitions.Sum(partition => partition.Last - partition.First + (partition.Last < 0 ? 0 : 1));
            var found = string.Create(CultureInfo.InvariantCulture, $"Reachable: {partitions.Count} partitions, {Math.Max(0, events)} events in the hub, consumer group $Default.");
            return [CheckResult.Ok(Hub, found), .. await JudgeAsync(partitions, cancellationToken)];
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return [Explain(e)];
        }
    }

    /// <summary>Of a failure of <see cref="HubReader"/>.</summary>
    public static CheckResult Explain(Exception failure)
    {
        if (failure is DeadLetterStoreException)
            return CheckResult.Fail(Lag, failure.Message, "Let the Functions host reach its storage account (AzureWebJobsStorage): it keeps the checkpoints there, and does not read the hub without.");
        if (failure is UnauthorizedAccessException)
            return CheckResult.Fail(Hub, "The Event Hub refuses the login.", "Give the app's identity (on the command line, your own login) the roles Azure Event Hubs Data Receiver and Data Sender on the Event Hub; with a connection string (EVENTHUB), use a key of a policy with the claims Listen and Send that was not regenerated.");
        // The problem is a sentence or two of what happened, and then what to do.
        var problem = HubSender.Classify(failure, Late).Problem;
        var end = problem.IndexOf(". ", StringComparison.Ordinal);
        return end < 0
            ? CheckResult.Fail(Hub, problem, "Check EVENTHUB__fullyQualifiedNamespace (or EVENTHUB), EVENTHUB_NAME and the namespace's firewall.")
            : CheckResult.Fail(Hub, problem[..(end + 1)], problem[(end + 2)..]);
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private bool IsSlow(PartitionState partition) => partition.Waiting > 0 && !(partition.SettledAt > Now - SettlesWithin);

    private async Task<IEnumerable<CheckResult>> JudgeAsync(IReadOnlyList<PartitionState> partitions, CancellationToken cancellationToken)
    {
        var lagging = partitions.Where(IsSlow).OrderByDescending(partition => partition.Waiting).ToList();
        var ahead = partitions.Where(partition => partition.IsAheadOfHub).ToList();
        var lines = new List<CheckResult>();
        foreach (var partition in lagging.Take(MostShown))
            lines.Add(Judge(partition, await hub.ReadOldestAsync(partition, cancellationToken)));
        if (lagging.Count > MostShown)
            lines.Add(CheckResult.Warn(Lag, string.Create(CultureInfo.InvariantCulture, $"{lagging.Count - MostShown} more partitions lag."), "See the lines before."));
        if (ahead.Count > 0)
            lines.Add(CheckResult.Warn(Lag, $"The checkpoints of partitions {string.Join(", ", ahead.Take(MostShown).Select(partition => partition.Id))} are ahead of the hub: it was created anew under its old name.", "Stop the app, delete the hub's blobs in the container azure-webjobs-eventhub, and start it: otherwise it does not read these partitions from their start."));
        if (lines.Count == 0)
            lines.Add(CheckResult.Ok(Lag, Summary(partitions)));
        return lines;
    }

    private string Summary(IReadOnlyList<PartitionState> partitions)
    {
        var waiting = partitions.Sum(partition => partition.Waiting);
        var read = partitions.Count(partition => partition.IsOwned(Now));
        return string.Create(CultureInfo.InvariantCulture, $"{(waiting == 0 ? "Everything is settled" : $"{waiting} events are being delivered")}; {(read == 0 ? "no instance reads at the moment, which needs no action while no events come" : $"{read} of {partitions.Count} partitions are being read")}.");
    }

    /// <param name="oldest">When the oldest waiting event was enqueued; null where that is not known.</param>
    private CheckResult Judge(PartitionState partition, DateTimeOffset? oldest)
    {
        var age = Now - (oldest ?? partition.SettledAt);
        var since = age is { } known ? $"{(oldest is null ? "for at most" : "the oldest for")} {Text(known)}" : "and none was ever settled";
        var found = string.Create(CultureInfo.InvariantCulture, $"Partition {partition.Id}: {partition.Waiting} events wait, {since}");
        if (oldest is not null && age >= maxSpanAge)
            return CheckResult.Fail(Lag, $"{found}: spans in them are too old for Dynatrace{(partition.IsOwned(Now) ? "." : ", and no instance reads the partition.")}", "See the other lines for what holds them, and fix that. Spans that are too old become dead letters, which can be sent elsewhere.", CauseCatalog.SpansTooOld.Code);
        return partition.IsOwned(Now)
            ? CheckResult.Warn(Lag, $"{found}; an instance reads the partition.", "They are held, or more come than are delivered: see the other lines and the app's log.")
            : CheckResult.Fail(Lag, $"{found}, and no instance reads the partition.", "Check that the app runs, and its log for why its Event Hub trigger does not start: settings, roles (Azure Event Hubs Data Receiver), AzureWebJobsStorage.");
    }

    private static string Text(TimeSpan span) => TimeSpan.FromSeconds(Math.Round(Math.Max(0, span.TotalSeconds))).ToString("c", CultureInfo.InvariantCulture);
}
