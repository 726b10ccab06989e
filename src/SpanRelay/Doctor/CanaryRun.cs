using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Producer;
using SpanRelay.DeadLetters;
using SpanRelay.Ingest;
using SpanRelay.Tokens;

namespace SpanRelay.Doctor;

/// <summary>
/// Sends one span through the whole system, by the Event Hub, and says where it is after: in Dynatrace, dead-lettered, held, or
/// delivered and not to be seen.
/// </summary>
/// <param name="values">The app's settings.</param>
public sealed class CanaryRun(IReadOnlyCollection<KeyValuePair<string, string?>> values, TimeProvider time)
{
    private const string Check = "canary";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(20);

    /// <summary>How long to wait for the span. Default: 2 minutes.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <param name="before">What the checks found: if the span is held, they say why.</param>
    /// <returns>The report with the canary's line.</returns>
    public async Task<DoctorReport> RunAsync(DoctorReport before, CancellationToken cancellationToken)
    {
        var settings = SettingsCheck.Read(values);
        if (!settings.Hub.IsComplete || !settings.HasStorage || settings.Relay.Dynatrace.Endpoint is null)
            return before with { Checks = [.. before.Checks, CheckResult.Skip(Check, "Not sent: settings are missing, see above.")] };

        var lines = await new CheckRunner(Deadline + SendTimeout + SendTimeout, time).RunAsync(Check, token => FollowAsync(settings, before, token), cancellationToken);
        return before with { Checks = [.. before.Checks, .. lines] };
    }

    private async Task<IReadOnlyList<CheckResult>> FollowAsync(SettingsCheck settings, DoctorReport before, CancellationToken cancellationToken)
    {
        await using var hub = settings.OpenHub(client => AzureLogin.Create(settings.Settings, client));
        using var query = SpanQuery.Open(values, settings.Relay.Dynatrace, out var unasked);
        var storage = DeadLetterStorage.Open(settings.Storage, () => AzureLogin.Create(settings.Settings, settings.Storage.ClientId));
        var way = new CanaryWay(hub, new DeadLetterArchive(storage), query, time) { Unasked = unasked };
        try
        {
            var (partition, traceId) = await SendAsync(settings, hub, cancellationToken);
            var end = time.GetUtcNow() + Deadline;
            var since = time.GetUtcNow() - ClocksDiffer;
            for (var (place, first) = (CanaryPlace.Held, true); ; first = false)
            {
                if (!first)
                    await Task.Delay(Pause, time, cancellationToken);
                place = await way.FindAsync(partition, traceId, since, cancellationToken);
                if (place is CanaryPlace.InDynatrace or CanaryPlace.DeadLettered || (place == CanaryPlace.Settled && query is null) || time.GetUtcNow() >= end)
                    return [await way.ExplainAsync(place, traceId, before, Deadline, cancellationToken)];
            }
        }
        catch (DeadLetterStoreException e)
        {
            return [CheckResult.Fail(Check, e.Message, "See the lines about storage.")];
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return [CheckResult.Fail(Check, $"The span was not sent, or not followed. {HubSender.Classify(e, HubCheck.Late).Problem}", "See the lines about the Event Hub.")];
        }
    }

    /// <summary>To the partition that has the least to do.</summary>
    /// <returns>The partition as it is after, with the span in it.</returns>
    private async Task<(PartitionState Partition, string TraceId)> SendAsync(SettingsCheck settings, HubReader hub, CancellationToken cancellationToken)
    {
        var partition = (await hub.ReadAsync(cancellationToken)).OrderBy(each => each.Waiting).ThenByDescending(each => each.OwnedAt).First();
        var options = new EventHubProducerClientOptions { RetryOptions = new EventHubsRetryOptions { MaximumRetries = 1, TryTimeout = SendTimeout } };
        await using var sender = settings.Hub.Open(options, () => AzureLogin.Create(settings.Settings, settings.Hub.ClientId));
        var (export, traceId) = CanarySpan.Create(time.GetUtcNow());
        await sender.SendAsync([new EventData(export)], new SendEventOptions { PartitionId = partition.Id }, cancellationToken);
        var after = await hub.ReadAsync(cancellationToken);
        return (after.Single(each => each.Id == partition.Id), traceId);
    }
}
