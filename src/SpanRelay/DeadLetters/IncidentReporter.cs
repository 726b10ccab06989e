using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;

namespace SpanRelay.DeadLetters;

/// <summary>
/// Records incidents in the background, so that no batch waits for the storage account because of one. A report that fails is
/// retried with the first batch after <see cref="RetryInterval"/>; a report that repeats a pending one replaces it.
/// </summary>
internal sealed class IncidentReporter(IDeadLetterStore store, string endpoint, TimeSpan maxSpanAge, TimeProvider time, ILogger log) : IAsyncDisposable
{
    public const int MaxPending = 64;

    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    private readonly IncidentWatch _watch = new(endpoint, maxSpanAge, time);
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, DeadLetter> _pending = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private bool _isStopped;
    private DateTimeOffset _retryAt;

    /// <summary>Notes the result of a batch.</summary>
    /// <param name="hasPassed">Dynatrace accepted a request of it.</param>
    /// <param name="reasonHeld">Null where nothing of it is held.</param>
    public void Note(string partition, long events, bool hasPassed, Response? reasonHeld)
    {
        if (hasPassed)
            NotePassed();
        if (reasonHeld is not null)
            NoteHeld(partition, events, reasonHeld);
    }

    /// <summary>Notes that a batch is held.</summary>
    public void NoteHeld(string partition, long events, Response reason)
    {
        if (_watch.NoteHeld(partition, events, reason) is { } report)
            Enqueue([report]);
    }

    /// <summary>Notes that Dynatrace accepted a request.</summary>
    public void NotePassed() => Enqueue(_watch.NotePassed());

    /// <summary>Sends what is pending, once and within <see cref="FlushTimeout"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isStopped)
                return;
            _isStopped = true;
        }

        await _stop.CancelAsync();
        await _sending;
        using var timeout = new CancellationTokenSource(FlushTimeout, time);
        while (Next() is { } letter && await TrySendAsync(letter, timeout.Token))
        {
        }

        _stop.Dispose();
    }

    private void Enqueue(IReadOnlyList<DeadLetter> letters)
    {
        lock (_lock)
        {
            foreach (var letter in letters)
            {
                if (_pending.Count == MaxPending && !_pending.ContainsKey(letter.Id))
                    log.IncidentDropped(letter.Id);
                else
                    _pending[letter.Id] = letter;
            }

            if (_isSending || _isStopped || _pending.Count == 0 || time.GetUtcNow() < _retryAt)
                return;
            _isSending = true;
        }

        _sending = SendAsync();
    }

    private async Task SendAsync()
    {
        while (Next() is { } letter)
        {
            if (await TrySendAsync(letter, _stop.Token))
                continue;
            lock (_lock)
            {
                _retryAt = time.GetUtcNow() + RetryInterval;
                _isSending = false;
                return;
            }
        }
    }

    private DeadLetter? Next()
    {
        lock (_lock)
        {
            if (_pending.Count > 0)
                return _pending.GetAt(0).Value;
            _isSending = false;
            return null;
        }
    }

    private async Task<bool> TrySendAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        try
        {
            await store.PutAsync(letter, ReadOnlyMemory<byte>.Empty, cancellationToken);
        }
        catch (DeadLetterStoreException e)
        {
            log.IncidentNotRecorded(letter.Id, e.Message);
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        lock (_lock)
        {
            if (_pending.TryGetValue(letter.Id, out var latest) && ReferenceEquals(latest, letter))
                _pending.Remove(letter.Id);
        }

        return true;
    }
}
