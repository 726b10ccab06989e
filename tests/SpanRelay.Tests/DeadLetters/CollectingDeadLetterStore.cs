using SpanRelay.DeadLetters;

namespace SpanRelay.Tests.DeadLetters;

/// <summary>Keeps letters and payloads in memory, by id as a store does, and fails when told to.</summary>
internal sealed class CollectingDeadLetterStore : IDeadLetterStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DeadLetter Letter, byte[] Payload)> _kept = [];

    /// <summary>While set, nothing is kept, and this is why.</summary>
    public string? Problem { get; set; }

    /// <summary>Called before (true) and after (false) something is kept. What it throws ends the call.</summary>
    public Action<bool>? OnPut { get; set; }

    /// <summary>How often something was put, in vain included.</summary>
    public int Puts { get; private set; }

    public IReadOnlyList<DeadLetter> Letters => [.. Kept.Select(each => each.Letter)];

    public IReadOnlyList<(DeadLetter Letter, byte[] Payload)> Kept
    {
        get
        {
            lock (_lock)
                return [.. _kept.Values];
        }
    }

    public Task PutAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Puts++;
            if (Problem is not null)
                throw new DeadLetterStoreException(Problem);
            OnPut?.Invoke(true);
            _kept[letter.Id] = (letter, payload.ToArray());
            OnPut?.Invoke(false);
            return Task.CompletedTask;
        }
    }
}
