namespace SpanRelay.DeadLetters;

/// <summary>Where the relay stores what it cannot deliver.</summary>
public interface IDeadLetterStore
{
    /// <summary>
    /// Stores the payload and queues the letter to be recorded. Repeated, it overwrites itself. When it returns, both are safe:
    /// the event may be settled.
    /// </summary>
    /// <param name="payload">Not used after the call returns; empty for an incident.</param>
    /// <exception cref="DeadLetterStoreException">It is not stored: the event must stay in the Event Hub.</exception>
    Task PutAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}
