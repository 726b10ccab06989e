using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Telemetry;

namespace SpanRelay.DeadLetters;

/// <summary>Turns what the relay cannot deliver into dead letters, and stores them.</summary>
/// <param name="endpoint">The address that is sent to.</param>
/// <param name="maxSpanAge">Relay__MaxSpanAge.</param>
internal sealed class DeadLetterWriter(IDeadLetterStore store, string endpoint, TimeSpan maxSpanAge, TimeProvider time, ILogger log)
{
    /// <summary>Everything undeliverable goes through here before it counts as settled. Throws only when cancelled.</summary>
    /// <returns>Null when it is stored; otherwise why it must be held.</returns>
    public async ValueTask<Response?> WriteAsync(Undeliverable what, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await store.PutAsync(LetterFrom(what), what.Payload, cancellationToken);
        }
        catch (DeadLetterStoreException e)
        {
            RelayMetrics.DeadLettersNotStored.Add(1, ReasonOf(what));
            return new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.StorageUnavailable, Message = $"The dead letter could not be stored. {e.Message}" };
        }

        RelayMetrics.DeadLettersStored.Add(1, ReasonOf(what));
        log.DeadLettered(what, maxSpanAge);
        return null;
    }

    private static KeyValuePair<string, object?> ReasonOf(in Undeliverable what) => new(RelayMetrics.Reason, RelayMetrics.ValueOf(what.Reason));

    private DeadLetter LetterFrom(in Undeliverable what)
    {
        var now = time.GetUtcNow();
        return new DeadLetter
        {
            Id = LetterBlob.CreateId(DateOnly.FromDateTime((what.EnqueuedAt ?? now).UtcDateTime), NameOf(what)),
            At = now,
            Reason = what.Reason,
            Partition = what.Event.Partition,
            SequenceNumber = what.Event.SequenceNumber < 0 ? null : what.Event.SequenceNumber,
            Spans = what.Spans,
            PayloadBytes = what.Payload.Length,
            Problem = what.Problem,
            Response = what.Response,
            Age = what.Age,
            Endpoint = endpoint,
            MaxSpanAge = maxSpanAge,
        };
    }

    /// <summary>
    /// A redelivered event overwrites what a killed process wrote for it: more of its spans are too old by then, so the same
    /// letter holds at least the same spans, or they were sent after all.
    /// </summary>
    private static string NameOf(in Undeliverable what)
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes([what.Event.ContentHash]));
        hash.Append(MemoryMarshal.AsBytes([(int)what.Reason, what.FirstPlace]));
        var partition = string.Concat(what.Event.Partition.Where(char.IsAsciiLetterOrDigit));
        var number = what.Event.SequenceNumber < 0 ? "x" : what.Event.SequenceNumber.ToString(CultureInfo.InvariantCulture);
        return $"{(partition.Length == 0 ? "x" : partition)}-{number}-{Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 8))}";
    }
}
