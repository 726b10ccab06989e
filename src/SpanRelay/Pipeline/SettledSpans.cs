using SpanRelay.Dynatrace;

namespace SpanRelay.Pipeline;

/// <summary>
/// What was settled of batches that are held, so that it is not sent again when they come again in this process. Bounded: past
/// that the oldest is forgotten, and would be sent twice.
/// </summary>
internal sealed class SettledSpans(int maxWords = 1_000_000)
{
    // Key, queue entry and headers of an event, in words of 64 bits, roughly.
    private const int WordsOfEvent = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<EventKey, SpanSet> _settled = [];
    private readonly Queue<EventKey> _oldestFirst = [];
    private readonly Dictionary<string, Response?> _reasons = [];
    private int _words;

    /// <summary>What was settled of the event when it came before; null when it comes for the first time.</summary>
    public SpanSet? Recall(EventKey key)
    {
        lock (_lock)
            return _settled.GetValueOrDefault(key);
    }

    /// <summary>Why the partition's batch was held when it came before; null when it was not.</summary>
    public Response? ReasonHeld(string partition)
    {
        lock (_lock)
            return _reasons.GetValueOrDefault(partition);
    }

    /// <summary>The batch is held: of these events this much is settled.</summary>
    public void Keep(string partition, IEnumerable<(EventKey Key, SpanSet Settled)> events, Response? reason)
    {
        lock (_lock)
        {
            _reasons[partition] = reason;
            foreach (var (key, settled) in events)
            {
                if (_settled.TryAdd(key, settled))
                {
                    _oldestFirst.Enqueue(key);
                    _words += WordsOfEvent + settled.Words;
                }
                else
                {
                    _settled[key] = settled;
                }
            }

            while (_words > maxWords && _oldestFirst.TryDequeue(out var oldest))
                Remove(oldest);
        }
    }

    /// <summary>The batch is settled: it does not come again.</summary>
    public void Forget(string partition, IEnumerable<EventKey> events)
    {
        lock (_lock)
        {
            _reasons.Remove(partition);
            foreach (var key in events)
                Remove(key);
            if (_settled.Count == 0)
                _oldestFirst.Clear();
        }
    }

    private void Remove(EventKey key)
    {
        if (_settled.Remove(key, out var settled))
            _words -= WordsOfEvent + settled.Words;
    }
}
