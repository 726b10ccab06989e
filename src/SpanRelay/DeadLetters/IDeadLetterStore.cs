namespace SpanRelay.DeadLetters;

/// <summary>Where the relay puts what it cannot deliver.</summary>
public interface IDeadLetterStore
{
    /// <summary>
    /// Keeps the payload and has the letter recorded. Done again, it replaces itself. When it returns, both are safe: the event
    /// may be settled.
    /// </summary>
    /// <param name="payload">Not touched after it returns; empty for an incident.</param>
    /// <exception cref="DeadLetterStoreException">It is not kept: the event must stay in the Event Hub.</exception>
    Task PutAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}
