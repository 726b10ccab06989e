using System.Collections.Concurrent;
using SpanRelay.DeadLetters;

namespace SpanRelay.Replay;

/// <summary>Notes what the relay dead-letters again during a replay, by batch and event: it is in the archive already.</summary>
internal sealed class ReplayRefusals : IDeadLetterStore
{
    private readonly ConcurrentDictionary<(string Partition, long Number), List<DeadLetter>> _refused = [];

    public Task PutAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (letter is { Incident: null, SequenceNumber: { } number })
        {
            var refused = _refused.GetOrAdd((letter.Partition, number), _ => []);
            lock (refused)
                refused.Add(letter);
        }

        return Task.CompletedTask;
    }

    /// <summary>Returns what was dead-lettered again of the letter that was replayed as this event; empty when all of it arrived.</summary>
    public IReadOnlyList<DeadLetter> Take(string partition, long number) => _refused.TryRemove((partition, number), out var refused) ? refused : [];
}
