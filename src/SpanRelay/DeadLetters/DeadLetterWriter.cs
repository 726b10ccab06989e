using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;

namespace SpanRelay.DeadLetters;

/// <summary>Makes letters of what the relay sets aside, and of incidents, and hands them to the store.</summary>
internal sealed class DeadLetterWriter(IDeadLetterStore store, RelayOptions options, TimeProvider time, ILogger log)
{
    private readonly IncidentWatch _incidents = new(time);

    /// <summary>All that is set aside goes through here, before it counts as settled. Throws only when cancelled.</summary>
    /// <returns>Null when it is safe; otherwise why it must be held.</returns>
    public async ValueTask<Response?> WriteAsync(Undeliverable what, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await store.PutAsync(LetterOf(what), what.Payload, cancellationToken);
        }
        catch (DeadLetterStoreException e)
        {
            return new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.StorageUnavailable, Message = $"What is to be set aside cannot be kept. {e.Message}" };
        }

        log.Undeliverable(what, options.MaxSpanAge);
        return null;
    }

    /// <summary>A batch is held: a letter, if this is an incident and it is time for one.</summary>
    public Task NoteHeldAsync(string partition, long events, Response reason, CancellationToken cancellationToken) =>
        _incidents.NoteHeld(partition, events, reason) is { } report ? WriteAsync(report, cancellationToken) : Task.CompletedTask;

    /// <summary>A request passed: what was told of is over.</summary>
    public async Task NotePassedAsync(CancellationToken cancellationToken)
    {
        foreach (var over in _incidents.NotePassed())
            await WriteAsync(over, cancellationToken);
    }

    private async Task WriteAsync(IncidentReport report, CancellationToken cancellationToken)
    {
        try
        {
            await store.PutAsync(LetterOf(report), ReadOnlyMemory<byte>.Empty, cancellationToken);
        }
        catch (DeadLetterStoreException e)
        {
            _incidents.TakeBack(report); // Told of with the next batch.
            log.IncidentNotKept(e.Message);
        }
    }

    private DeadLetter LetterOf(in Undeliverable what)
    {
        var now = time.GetUtcNow();
        return new DeadLetter
        {
            Id = IdOf(what),
            At = now,
            Day = DateOnly.FromDateTime((what.EnqueuedAt ?? now).UtcDateTime),
            Reason = what.Reason,
            Partition = what.Event.Partition,
            SequenceNumber = what.Event.SequenceNumber < 0 ? null : what.Event.SequenceNumber,
            Spans = what.Spans,
            PayloadBytes = what.Payload.Length,
            Problem = what.Problem,
            Response = what.Response,
            Age = what.Age,
            Endpoint = options.Dynatrace.Endpoint.ToString(),
            MaxSpanAge = options.MaxSpanAge,
        };
    }

    private DeadLetter LetterOf(IncidentReport report)
    {
        var now = time.GetUtcNow();
        return new DeadLetter
        {
            Id = report.Id,
            At = now,
            Day = DateOnly.FromDateTime(now.UtcDateTime),
            Incident = report.Incident,
            Response = report.Response,
            Endpoint = options.Dynatrace.Endpoint.ToString(),
            MaxSpanAge = options.MaxSpanAge,
        };
    }

    /// <summary>
    /// What was written for an event by a process that was killed is replaced when the event comes again: spans grow too old
    /// only ever more, so by then the same letter holds at least the same spans, or they were sent after all.
    /// </summary>
    private static string IdOf(in Undeliverable what)
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes([what.Event.ContentHash]));
        hash.Append(MemoryMarshal.AsBytes([(int)what.Reason, what.FirstPlace]));
        var partition = string.Concat(what.Event.Partition.Where(char.IsAsciiLetterOrDigit));
        var number = what.Event.SequenceNumber < 0 ? "x" : what.Event.SequenceNumber.ToString(CultureInfo.InvariantCulture);
        return $"{(partition.Length == 0 ? "x" : partition)}-{number}-{Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 8))}";
    }
}
