using System.Text.Json;
using Google.Protobuf;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Storage;
using SpanRelay.Otlp.Schema;
using SpanRelay.Tests.Local.Storage;

namespace SpanRelay.Tests.DeadLetters;

/// <summary>The archive of a storage account that holds what a test puts there.</summary>
internal sealed class StoredArchive
{
    private readonly BlobDeadLetterStore _store;

    private StoredArchive(DeadLetterStorage storage)
    {
        Storage = storage;
        _store = new BlobDeadLetterStore(storage);
        Archive = new DeadLetterArchive(storage);
    }

    public DeadLetterStorage Storage { get; }

    public DeadLetterArchive Archive { get; }

    /// <summary>What lists skipped.</summary>
    public List<string> Skipped { get; } = [];

    /// <summary>Emptied of what the test before left.</summary>
    public static async Task<StoredArchive> OpenAsync(SomeStorage storage, CancellationToken cancellationToken)
    {
        var options = new StorageOptions { ConnectionString = storage.Azurite.ConnectionString };
        var stored = new StoredArchive(DeadLetterStorage.Open(options, () => throw new InvalidOperationException()));
        foreach (var letter in await stored.ListAsync(new LetterFilter(), cancellationToken))
            await stored.Archive.DeleteAsync(letter, cancellationToken);
        return stored;
    }

    /// <summary>A letter of one span, which Dynatrace rejected.</summary>
    public static DeadLetter Letter(int id, DeadLetterReason reason = DeadLetterReason.Rejected) => new()
    {
        Id = $"20260504-3-{id}-{id:x16}",
        At = Some.Now,
        Reason = reason,
        Partition = "3",
        SequenceNumber = id,
        Spans = reason == DeadLetterReason.Unreadable ? 0 : 1,
        Response = new Response { Outcome = Outcome.Rejected, Status = 400, Message = "malformed" },
    };

    public async Task<IReadOnlyList<ArchivedLetter>> ListAsync(LetterFilter filter, CancellationToken cancellationToken)
    {
        var letters = new List<ArchivedLetter>();
        await foreach (var letter in Archive.ListAsync(filter, Skipped.Add, cancellationToken))
            letters.Add(letter);
        return letters;
    }

    public Task PutAsync(DeadLetter letter, byte[] payload, CancellationToken cancellationToken) => _store.PutAsync(letter, payload, cancellationToken);

    /// <summary>Payload and record of spans with these numbers, each a letter.</summary>
    public async Task PutAsync(IEnumerable<int> ids, CancellationToken cancellationToken, DateTimeOffset? end = null, DeadLetterReason reason = DeadLetterReason.Rejected)
    {
        foreach (var id in ids)
        {
            var letter = Letter(id, reason);
            await PutAsync(letter, Some.Request(Some.Span(id, end: end)).ToByteArray(), cancellationToken);
            await RecordAsync(letter, cancellationToken, end);
        }
    }

    public async Task RecordAsync(DeadLetter letter, CancellationToken cancellationToken, DateTimeOffset? end = null, bool withSummary = true)
    {
        var record = new DeadLetterRecord
        {
            Letter = letter,
            Diagnosis = new DiagnosedCause(letter.Incident is null ? "span-rejected" : "token-expired", "Title", "Explanation", ["evidence"], "Next step", "https://example.org"),
            Services = letter.Incident is null ? ["tfy-llm-gateway"] : [],
            ReplayableUntil = letter.Incident is null ? (end ?? Some.Now) + DynatraceLimits.MaxSpanAge : null,
        };
        var json = new BinaryData(JsonSerializer.SerializeToUtf8Bytes(record, DeadLetter.Json));
        var blob = new LetterBlob(letter.Id, LetterBlob.Record);
        await Storage.WriteAsync("store a record", blob, json, withSummary ? RecordSummary.From(record).ToMetadata() : null, cancellationToken);
    }
}
