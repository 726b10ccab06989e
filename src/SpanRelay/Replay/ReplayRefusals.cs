using System.Collections.Concurrent;
using SpanRelay.DeadLetters;

namespace SpanRelay.Replay;

/// <summary>Takes what the relay sets aside again while letters are replayed: it is in the archive already, so it is only noted.</summary>
internal sealed class ReplayRefusals : IDeadLetterStore
{
    private readonly ConcurrentDictionary<long, List<DeadLetter>> _refused = [];

    public Task PutAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (letter is { Incident: null, SequenceNumber: { } number })
        {
            var refused = _refused.GetOrAdd(number, _ => []);
            lock (refused)
                refused.Add(letter);
        }

        return Task.CompletedTask;
    }

    /// <summary>What was set aside of the letter that was replayed with this sequence number. Empty where all of it arrived.</summary>
    public IReadOnlyList<DeadLetter> Take(long number) => _refused.TryRemove(number, out var refused) ? refused : [];
}
