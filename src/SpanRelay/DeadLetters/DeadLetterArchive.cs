using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace SpanRelay.DeadLetters;

/// <summary>The stored dead letters: lists, reads, marks and deletes them. Everything throws <see cref="DeadLetterStoreException"/> when the storage account fails.</summary>
public sealed class DeadLetterArchive(DeadLetterStorage storage)
{
    private readonly BlobCatalog _letters = new(storage.Letters);
    private readonly BlobCatalog _quarantine = new(storage.Quarantine);

    /// <summary>By day and id. Letters named by id come in that order; unknown ids are left out.</summary>
    public async IAsyncEnumerable<ArchivedLetter> ListAsync(LetterFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (filter.Ids.Count > 0)
        {
            foreach (var id in filter.Ids.Distinct(StringComparer.Ordinal))
            {
                if (await FindAsync(id, cancellationToken) is { } named)
                    yield return named;
            }

            yield break;
        }

        foreach (var day in await ListDaysAsync(cancellationToken))
        {
            if (!filter.MayHold(day))
                continue;
            await foreach (var letter in ListAsync(LetterBlob.FolderOf(day), cancellationToken))
            {
                if (filter.Matches(letter))
                    yield return letter;
            }
        }
    }

    /// <returns>Null when there is no letter with this id.</returns>
    public async Task<ArchivedLetter?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!LetterBlob.IsId(id))
            return null;

        await foreach (var letter in ListAsync(new LetterBlob(id, ".").Name, cancellationToken))
            return letter;
        return null;
    }

    /// <returns>Null when it is not recorded yet.</returns>
    public async Task<DeadLetterRecord?> ReadRecordAsync(ArchivedLetter letter, CancellationToken cancellationToken)
    {
        var content = await DeadLetterStorage.CallAsync<BinaryData?>(
            "return a dead letter's record",
            async token =>
            {
                var blob = storage.ClientOf(new LetterBlob(letter.Id, LetterBlob.Record));
                return await UnlessMissingAsync(async () => (await blob.DownloadContentAsync(token)).Value.Content);
            },
            cancellationToken);
        try
        {
            return content is null ? null : JsonSerializer.Deserialize<DeadLetterRecord>(content.ToMemory().Span, DeadLetter.Json);
        }
        catch (JsonException e)
        {
            throw new DeadLetterStoreException($"The record of {letter.Id} cannot be read: {e.Message} Is it of a newer SpanRelay?", e);
        }
    }

    /// <summary>Reads the payload as stored. The caller disposes it.</summary>
    /// <returns>Null when it does not exist.</returns>
    public Task<LoadedPayload?> ReadPayloadAsync(ArchivedLetter letter, CancellationToken cancellationToken) => DeadLetterStorage.CallAsync(
        "return a dead letter's payload",
        token => UnlessMissingAsync(() => LoadedPayload.LoadAsync(PayloadOf(letter), token)),
        cancellationToken);

    /// <summary>Marks the payload as replayed.</summary>
    /// <param name="version">What was replayed. If the event was redelivered in the meantime, its new payload is not marked.</param>
    public Task<bool> MarkReplayedAsync(ArchivedLetter letter, string version, ReplayMark mark, CancellationToken cancellationToken) => DeadLetterStorage.CallAsync(
        "mark a dead letter as replayed",
        async token =>
        {
            try
            {
                var unchanged = new BlobRequestConditions { IfMatch = new ETag(version) };
                await PayloadOf(letter).SetMetadataAsync(mark.ToMetadata(), unchanged, token);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 412)
            {
                return false;
            }
        },
        cancellationToken);

    /// <summary>Deletes the payload and then the record: after an interruption in between, the record still shows the cause.</summary>
    public async Task DeleteAsync(ArchivedLetter letter, CancellationToken cancellationToken)
    {
        if (letter.PayloadBytes is not null)
            await DeleteAsync(PayloadOf(letter), cancellationToken);
        await DeleteAsync(storage.ClientOf(new LetterBlob(letter.Id, LetterBlob.Record)), cancellationToken);
    }

    /// <summary>Roughly how many messages could not be recorded; their letters are listed without a cause.</summary>
    public Task<long> CountPoisonAsync(CancellationToken cancellationToken) => DeadLetterStorage.CallAsync(
        "count the messages in the queue " + DeadLetterStorage.PoisonQueue,
        async token =>
        {
            try
            {
                return (await storage.PoisonMessages.GetPropertiesAsync(token)).Value.ApproximateMessagesCountLong;
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return 0;
            }
        },
        cancellationToken);

    private async Task<IReadOnlyCollection<DateOnly>> ListDaysAsync(CancellationToken cancellationToken)
    {
        var days = new SortedSet<DateOnly>();
        days.UnionWith(await _letters.ListDaysAsync(cancellationToken));
        days.UnionWith(await _quarantine.ListDaysAsync(cancellationToken));
        return days;
    }

    private async IAsyncEnumerable<ArchivedLetter> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var blobs = BlobCatalog.Merge(_letters.ListAsync(prefix, cancellationToken), _quarantine.ListAsync(prefix, cancellationToken), cancellationToken);
        var parts = new List<(LetterBlob Name, BlobItem Item)>();
        await foreach (var blob in blobs)
        {
            if (parts.Count > 0 && parts[0].Name.Id != blob.Name.Id)
            {
                yield return await LetterOfAsync(parts, cancellationToken);
                parts.Clear();
            }

            parts.Add(blob);
        }

        if (parts.Count > 0)
            yield return await LetterOfAsync(parts, cancellationToken);
    }

    private async ValueTask<ArchivedLetter> LetterOfAsync(List<(LetterBlob Name, BlobItem Item)> parts, CancellationToken cancellationToken)
    {
        var record = parts.Find(part => part.Name.Ending == LetterBlob.Record).Item;
        var (name, payload) = parts.Find(part => part.Name.Ending != LetterBlob.Record);
        var letter = new ArchivedLetter { Id = parts[0].Name.Id };
        var summary = record is null ? null : RecordSummary.FromMetadata(record.Metadata);
        if (record is not null && summary is null && await ReadRecordAsync(letter, cancellationToken) is { } whole)
            summary = RecordSummary.From(whole);
        return letter with
        {
            Summary = summary,
            PayloadBytes = payload is null ? null : payload.Properties.ContentLength ?? 0,
            IsQuarantined = payload is null ? summary?.Reason == DeadLetterReason.Unreadable : name.Ending == LetterBlob.RawPayload,
            Replayed = payload is null ? null : ReplayMark.FromMetadata(payload.Metadata),
            At = summary?.At ?? StoredAt(payload ?? record!),
        };
    }

    private static DateTimeOffset StoredAt(BlobItem blob) => blob.Properties.CreatedOn ?? blob.Properties.LastModified ?? DateTimeOffset.MinValue;

    private BlobClient PayloadOf(ArchivedLetter letter) => storage.ClientOf(LetterBlob.PayloadOf(letter.Id, letter.IsQuarantined));

    private static Task<bool> DeleteAsync(BlobClient blob, CancellationToken cancellationToken) => DeadLetterStorage.CallAsync(
        "delete a dead letter",
        async token => (await blob.DeleteIfExistsAsync(cancellationToken: token)).Value,
        cancellationToken);

    private static async Task<T?> UnlessMissingAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
