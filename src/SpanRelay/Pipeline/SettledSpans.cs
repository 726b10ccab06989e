using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.GenAi.Metrics;

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
    private readonly Dictionary<string, Hold> _holds = [];
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
            return _holds.GetValueOrDefault(partition).Reason;
    }

    /// <summary>The batch is held: this much of its events is settled.</summary>
    /// <param name="counted">Metrics of what was delivered of it this time; null for none.</param>
    public void Keep(string partition, IReadOnlyList<(EventKey Key, SpanSet Settled)> events, Response? reason, MetricSet? counted = null)
    {
        lock (_lock)
        {
            _holds[partition] = Continue(partition, events, counted) with { Reason = reason };
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
    /// <returns>Metrics of all that was delivered of it, at earlier deliveries too; null for none.</returns>
    public MetricSet? Forget(string partition, IReadOnlyList<(EventKey Key, SpanSet Settled)> events, MetricSet? counted = null)
    {
        lock (_lock)
        {
            var whole = Continue(partition, events, counted);
            _holds.Remove(partition);
            foreach (var each in events)
                Remove(each.Key);
            return whole.Counted;
        }
    }

    /// <summary>
    /// What earlier deliveries of the batch counted, and this one. If the partition's held batch did not come back, another instance has
    /// delivered and counted it.
    /// </summary>
    private Hold Continue(string partition, IReadOnlyList<(EventKey Key, SpanSet Settled)> events, MetricSet? counted)
    {
        var earlier = _holds.GetValueOrDefault(partition);
        var isSame = events.Count == 0 || (earlier.First is { } first && events.Any(each => each.Key == first));
        if (isSame && earlier.Counted is { } before)
            counted?.Merge(before);
        return new Hold(Reason: null, events.Count == 0 ? earlier.First : events[0].Key, counted);
    }

    private void Remove(EventKey key)
    {
        if (!_settled.Remove(key, out var node))
            return;

        _oldestFirst.Remove(node);
        _words -= WordsOfEvent + node.Value.Settled.Words;
    }

    /// <param name="First">The first event of the batch.</param>
    /// <param name="Counted">Metrics of what was delivered of it: they count once it is settled.</param>
    private readonly record struct Hold(Response? Reason, EventKey? First, MetricSet? Counted);
}
