using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;

namespace SpanRelay.Pipeline;

/// <summary>
/// Remembers which spans of held batches are settled, so that they are not sent again when the batch is redelivered to this
/// process. Bounded: beyond the bound the oldest event is forgotten, and its spans are sent twice.
/// </summary>
internal sealed class SettledSpans(int maxWords = 1_000_000)
{
    // Roughly the size of an event without its bits, in words of 64 bits: key, list node, dictionary entry.
    private const int WordsOfEvent = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<EventKey, LinkedListNode<(EventKey Key, SpanSet Settled)>> _settled = [];
    private readonly LinkedList<(EventKey Key, SpanSet Settled)> _oldestFirst = [];
    private readonly Dictionary<string, Response?> _reasons = [];
    private int _words;

    /// <summary>How many events are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _oldestFirst.Count;
        }
    }

    /// <summary>What was settled of the event at an earlier delivery; null when this is the first.</summary>
    public SpanSet? Recall(EventKey key)
    {
        lock (_lock)
            return _settled.GetValueOrDefault(key)?.Value.Settled;
    }

    /// <summary>Why the partition's batch was held at its last delivery; null when it was not.</summary>
    public Response? ReasonHeld(string partition)
    {
        lock (_lock)
            return _reasons.GetValueOrDefault(partition);
    }

    /// <summary>The batch is held: this much of its events is settled.</summary>
    public void Keep(string partition, IEnumerable<(EventKey Key, SpanSet Settled)> events, Response? reason)
    {
        lock (_lock)
        {
            _reasons[partition] = reason;
            foreach (var each in events)
            {
                Remove(each.Key);
                _settled[each.Key] = _oldestFirst.AddLast(each);
                _words += WordsOfEvent + each.Settled.Words;
            }

            while (_words > maxWords && _oldestFirst.First is { } oldest)
                Remove(oldest.Value.Key);
        }
    }

    /// <summary>The batch is settled, and is not redelivered.</summary>
    public void Forget(string partition, IEnumerable<EventKey> events)
    {
        lock (_lock)
        {
            _reasons.Remove(partition);
            foreach (var key in events)
                Remove(key);
        }
    }

    private void Remove(EventKey key)
    {
        if (!_settled.Remove(key, out var node))
            return;

        _oldestFirst.Remove(node);
        _words -= WordsOfEvent + node.Value.Settled.Words;
    }
}
