using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Doctor;
using SpanRelay.Tokens;

namespace SpanRelay.Watch;

/// <summary>Reads the Event Hub, the host's checkpoints and the dead letters. It changes nothing there, and asks no instance of the app.</summary>
public sealed class RelayReader : IAsyncDisposable
{
    private const string Letters = "dead letters";
    private const int MostOldest = 8;

    /// <summary>Listing dead letters may take at most this part of the time.</summary>
    private const int LettersShare = 5;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly HubReader? _hub;
    private readonly DeadLetterArchive? _archive;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _since;
    private readonly Dictionary<string, (long? Settled, DateTimeOffset At)> _oldest = new(StringComparer.Ordinal);
    private RelayReading _letters;
    private DateTimeOffset _nextLetters;

    /// <param name="values">The app's settings.</param>
    /// <param name="since">Dead letters are counted from then on.</param>
    public RelayReader(IReadOnlyCollection<KeyValuePair<string, string?>> values, DateTimeOffset since, TimeProvider time)
    {
        var settings = SettingsCheck.Read(values);
        _hub = settings.Hub.IsComplete ? settings.OpenHub(client => AzureLogin.Create(settings.Settings, client)) : null;
        _archive = settings.HasStorage ? new DeadLetterArchive(DeadLetterStorage.Open(settings.Storage, () => AzureLogin.Create(settings.Settings, settings.Storage.ClientId))) : null;
        (_since, _time, _letters) = (since, time, new RelayReading(since));
    }

    /// <returns>A reading in any case. Throws only when cancelled.</returns>
    public async Task<RelayReading> ReadAsync(CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(ReadTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var letters = ReadLettersAsync(either.Token, cancellationToken);
        var hub = await ReadHubAsync(either.Token, cancellationToken);
        return await letters with { At = hub.At, Partitions = hub.Partitions, OldestWaiting = hub.OldestWaiting, Problems = [.. hub.Problems, .. (await letters).Problems] };
    }

    public ValueTask DisposeAsync() => _hub?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<RelayReading> ReadHubAsync(CancellationToken either, CancellationToken cancellationToken)
    {
        if (_hub is null)
            return new RelayReading(_time.GetUtcNow()) { Problems = [SettingsCheck.NoHub] };
        try
        {
            var partitions = await _hub.ReadAsync(either);
            var now = _time.GetUtcNow();
            return new RelayReading(now) { Partitions = partitions, OldestWaiting = await ReadOldestAsync(_hub, partitions, now, either) };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new RelayReading(_time.GetUtcNow()) { Problems = [HubCheck.Explain(e)] };
        }
    }

    /// <summary>Of partitions that no instance reads. Reading again is needed only where the oldest was settled.</summary>
    private async Task<Dictionary<string, DateTimeOffset>> ReadOldestAsync(HubReader hub, IReadOnlyList<PartitionState> partitions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var partition in partitions.Where(each => each.Waiting == 0 || each.IsOwned(now) || (_oldest.TryGetValue(each.Id, out var known) && known.Settled != each.Settled)))
            _oldest.Remove(partition.Id);
        var unread = partitions.Where(each => each.Waiting > 0 && !each.IsOwned(now) && !_oldest.ContainsKey(each.Id)).Take(MostOldest).ToList();
        foreach (var (partition, at) in await Task.WhenAll(unread.Select(async each => (each, await hub.ReadOldestAsync(each, cancellationToken)))))
        {
            if (at is { } known)
                _oldest[partition.Id] = (partition.Settled, known);
        }

        return _oldest.ToDictionary(each => each.Key, each => each.Value.At);
    }

    private async Task<RelayReading> ReadLettersAsync(CancellationToken either, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (now < _nextLetters)
            return _letters;
        if (_archive is not { } archive)
            return new RelayReading(now) { Problems = [CheckResult.Skip(Letters, "The storage account's settings are not right: see spanrelay doctor.")] };
        try
        {
            _letters = await ReadLettersAsync(archive, now, either);
            var ended = _time.GetUtcNow();
            _nextLetters = ended + (LettersShare * (ended - now));
            return _letters;
        }
        catch (DeadLetterStoreException e)
        {
            return new RelayReading(now) { Problems = [CheckResult.Fail(Letters, e.Message, "Let the identity read the account of the dead letters: spanrelay doctor says what it lacks.")] };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RelayReading(now) { Problems = [CheckResult.Fail(Letters, string.Create(CultureInfo.InvariantCulture, $"They could not be counted within {ReadTimeout.TotalSeconds:0} seconds."), "Delete old ones: spanrelay dead-letters purge --older-than 14d")] };
        }
    }

    private async Task<RelayReading> ReadLettersAsync(DeadLetterArchive archive, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var letters = await LetterCount.ReadAsync(archive, new LetterFilter { Since = _since }, now, cancellationToken);
        var incidents = new List<OpenIncident>();
        foreach (var incident in letters.OpenIncidents)
            incidents.Add(OpenIncident.From(incident, (await archive.ReadRecordAsync(incident, cancellationToken)).Record));

        return new RelayReading(now)
        {
            Letters = letters,
            Unrecorded = await archive.CountUnrecordedAsync(cancellationToken),
            Poison = await archive.CountPoisonAsync(cancellationToken),
            Incidents = incidents,
        };
    }
}
