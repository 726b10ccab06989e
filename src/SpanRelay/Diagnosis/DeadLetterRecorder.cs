using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Azure;
using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Telemetry;

namespace SpanRelay.Diagnosis;

/// <summary>Diagnoses a dead letter from the queue, writes the record beside the payload, logs and counts it.</summary>
public sealed class DeadLetterRecorder(
    DeadLetterStorage storage, Diagnoser diagnoser, TimeProvider time, ILogger<DeadLetterRecorder> log)
{
    /// <summary>How often the host delivers a message before it moves to the poison queue: maxDequeueCount in host.json.</summary>
    public const int MaxAttempts = 5;

    // The most that is read of a payload for its record; only quarantined ones can be larger.
    private const int MaxPayloadBytes = 64 * 1024 * 1024;

    /// <summary>Records one message. Throws only when cancelled.</summary>
    /// <param name="attempt">1 at the first delivery.</param>
    /// <returns>False when the record is not written: the message must be retried. After the last attempt the host moves it to the poison queue.</returns>
    public async Task<bool> TryRecordAsync(ReadOnlyMemory<byte> message, long attempt, string messageId, CancellationToken cancellationToken)
    {
        var letter = Read(message.Span, out var problem);
        try
        {
            if (letter is null)
                await QuarantineAsync(message, messageId, problem, cancellationToken);
            else
                await RecordAsync(letter, cancellationToken);
            return true;
        }
        catch (DeadLetterStoreException e)
        {
            problem = e.Message;
        }

        if (attempt < MaxAttempts)
            log.NotRecordedYet(problem);
        else
            await RecordPoisonedAsync(letter, message, attempt, messageId, problem, cancellationToken);
        return false;
    }

    private static DeadLetter? Read(ReadOnlySpan<byte> message, out string problem)
    {
        problem = "";
        try
        {
            if (JsonSerializer.Deserialize<DeadLetter>(message, DeadLetter.Json) is { IsGenuine: true } letter)
                return letter;
        }
        catch (JsonException)
        {
        }

        problem = $"The message ({message.Length} bytes) is not a dead letter of SpanRelay: check what else writes to the queue {DeadLetterStorage.Queue}.";
        return null;
    }

    private async Task RecordAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var (payload, problem) = letter.Incident is null ? await ReadPayloadAsync(PayloadOf(letter), cancellationToken) : (default, "");
        letter = problem.Length == 0 ? letter : letter with { Trouble = $"{letter.Trouble} {problem}".TrimStart() };
        var summary = letter.Incident is null && !letter.IsQuarantined ? PayloadSummary.From(payload) : PayloadSummary.None;
        var record = new DeadLetterRecord
        {
            Letter = letter,
            Diagnosis = await diagnoser.DiagnoseAsync(letter, payload, cancellationToken),
            Services = summary.Services,
            TraceIds = summary.TraceIds,
            OldestEnd = summary.OldestEnd,
            NewestEnd = summary.NewestEnd,
            ReplayableUntil = summary.OldestEnd + letter.MaxSpanAge,
            Payload = letter.Incident is null ? PayloadOf(letter).ToString() : null,
        };
        await WriteAsync(record, cancellationToken);
        Report(record);
    }

    private static LetterBlob PayloadOf(DeadLetter letter) => LetterBlob.PayloadOf(letter.Id, letter.IsQuarantined);

    private Task WriteAsync(DeadLetterRecord record, CancellationToken cancellationToken)
    {
        var json = new BinaryData(JsonSerializer.SerializeToUtf8Bytes(record, DeadLetter.Json));
        var blob = new LetterBlob(record.Letter.Id, LetterBlob.Record);
        return storage.WriteAsync("store a dead letter's record", blob, json, RecordSummary.From(record).ToMetadata(), cancellationToken);
    }

    /// <summary>The payload as the relay stored it; empty if it was deleted, and with a problem if something else is in its place.</summary>
    private Task<(ReadOnlyMemory<byte> Payload, string Problem)> ReadPayloadAsync(LetterBlob blob, CancellationToken cancellationToken) =>
        DeadLetterStorage.CallAsync("return a dead letter's payload", async token =>
        {
            try
            {
                using var content = (await storage.ClientOf(blob).DownloadStreamingAsync(cancellationToken: token)).Value;
                var isGzip = blob.Ending == LetterBlob.RedactedPayload;
                await using var stream = isGzip ? new GZipStream(content.Content, CompressionMode.Decompress) : content.Content;
                return (await ReadToLimitAsync(stream, token), "");
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return (default, "");
            }
            catch (InvalidDataException)
            {
                return (default, "The stored payload is not gzip, or is truncated.");
            }
        }, cancellationToken);

    private static async Task<ReadOnlyMemory<byte>> ReadToLimitAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var piece = new byte[64 * 1024];
        while (bytes.Length < MaxPayloadBytes && await stream.ReadAsync(piece, cancellationToken) is var count and > 0)
            bytes.Write(piece, 0, count);
        return bytes.ToArray();
    }

    private void Report(DeadLetterRecord record)
    {
        var (letter, diagnosis) = (record.Letter, record.Diagnosis);
        if (letter.Incident is { Until: { } until } over)
        {
            log.IncidentOver(letter.Id, diagnosis.Code, until - over.Since, over.EventsWaiting);
        }
        else if (letter.Incident is { } incident)
        {
            RelayMetrics.Incidents.Add(1, CauseOf(diagnosis));
            log.IncidentOpen(letter.Id, diagnosis.Code, incident.Since, incident.EventsWaiting, diagnosis.Title, diagnosis.NextStep);
        }
        else
        {
            Count(diagnosis, letter.Spans);
            log.Recorded(
                letter.Id, diagnosis.Code, letter.Reason!.Value, letter.Spans, letter.Partition, letter.SequenceNumber,
                string.Join(',', record.Services.Select(service => OneLine.Quoted(service, RecordSummary.LongestName))), diagnosis.Title, diagnosis.NextStep);
        }
    }

    private static void Count(DiagnosedCause diagnosis, long spans)
    {
        RelayMetrics.DeadLetters.Add(1, CauseOf(diagnosis));
        RelayMetrics.DeadLetterSpans.Add(spans, CauseOf(diagnosis));
    }

    private static KeyValuePair<string, object?> CauseOf(DiagnosedCause diagnosis) => new(RelayMetrics.Cause, diagnosis.Code);

    /// <summary>The message can never be recorded as a dead letter. It is kept as received, with a record of its own.</summary>
    private async Task QuarantineAsync(ReadOnlyMemory<byte> message, string messageId, string problem, CancellationToken cancellationToken)
    {
        var letter = PoisonedFrom(null, message, messageId, problem);
        var blob = new LetterBlob(letter.Id, LetterBlob.RawPayload);
        await storage.WriteAsync("store an unreadable queue message", blob, BinaryData.FromBytes(message), metadata: null, cancellationToken);
        var diagnosis = await diagnoser.DiagnoseAsync(letter, message, cancellationToken);
        await WriteAsync(new DeadLetterRecord { Letter = letter, Diagnosis = diagnosis }, cancellationToken);
        Count(diagnosis, spans: 0);
        log.MessageQuarantined(letter.Id, problem);
    }

    private DeadLetter PoisonedFrom(DeadLetter? letter, ReadOnlyMemory<byte> message, string messageId, string problem)
    {
        var now = time.GetUtcNow();
        return new DeadLetter
        {
            Id = LetterBlob.CreateId(DateOnly.FromDateTime(now.UtcDateTime), "poison-" + Convert.ToHexStringLower(XxHash64.Hash(Encoding.UTF8.GetBytes(messageId)))),
            At = now,
            Reason = DeadLetterReason.Unrecorded,
            Partition = letter?.Partition ?? "?",
            SequenceNumber = letter?.SequenceNumber,
            PayloadBytes = message.Length,
            About = letter?.Id,
            Response = letter?.Response,
            Trouble = problem,
        };
    }

    /// <summary>The last attempt failed: the message moves to the poison queue, and a record says so.</summary>
    private async Task RecordPoisonedAsync(
        DeadLetter? letter, ReadOnlyMemory<byte> message, long attempt, string messageId, string problem, CancellationToken cancellationToken)
    {
        var poisoned = PoisonedFrom(letter, message, messageId, problem);
        try
        {
            var diagnosis = await diagnoser.DiagnoseAsync(poisoned, message, cancellationToken);
            await WriteAsync(new DeadLetterRecord { Letter = poisoned, Diagnosis = diagnosis }, cancellationToken);
            Count(diagnosis, spans: 0);
        }
        catch (DeadLetterStoreException e)
        {
            log.NotRecordedYet(e.Message); // The message is in the poison queue, which the list of dead letters counts.
        }

        log.Poisoned(attempt, poisoned.Id, problem);
    }
}
