using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;

namespace SpanRelay.DeadLetters;

/// <summary>The stored dead letters: lists, reads, marks and deletes them. Everything throws <see cref="DeadLetterStoreException"/> when the storage account fails.</summary>
public sealed class DeadLetterArchive(DeadLetterStorage storage)
{
    private const int MaxRecordBytes = 1024 * 1024;
    private const int MaxText = 300;

    private readonly BlobCatalog _letters = new(storage.Letters);
    private readonly BlobCatalog _quarantine = new(storage.Quarantine);

    /// <summary>By day and id. Letters named by id come in that order; unknown ids are left out.</summary>
    /// <param name="onSkipped">Called with a line for each blob that does not belong to a dead letter.</param>
    public async IAsyncEnumerable<ArchivedLetter> ListAsync(LetterFilter filter, Action<string>? onSkipped, [EnumeratorCancellation] CancellationToken cancellationToken)
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
            await foreach (var letter in ListAsync(LetterBlob.FolderOf(day), onSkipped, cancellationToken))
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

        await foreach (var letter in ListAsync(new LetterBlob(id, ".").Name, null, cancellationToken))
            return letter;
        return null;
    }

    /// <returns>No record and no problem when it is not recorded yet; a problem, in one line, when the record cannot be read.</returns>
    public async Task<(DeadLetterRecord? Record, string Problem)> ReadRecordAsync(ArchivedLetter letter, CancellationToken cancellationToken)
    {
        var blob = storage.ClientOf(new LetterBlob(letter.Id, LetterBlob.Record));
        var (content, problem) = await DeadLetterStorage.CallAsync("return a dead letter's record", token => ReadAsync(() => LoadRecordAsync(blob, token)), cancellationToken);
        if (content is null)
            return (null, problem);
        try
        {
            return JsonSerializer.Deserialize<DeadLetterRecord>(content.ToMemory().Span, DeadLetter.Json) is { } record
                ? (record, "")
                : (null, $"The record of {letter.Id} is null.");
        }
        catch (JsonException e)
        {
            return (null, $"The record of {letter.Id} cannot be read: {OneLine.From(e.Message, MaxText)} Is it of a newer SpanRelay?");
        }
    }

    /// <summary>Reads the payload as stored. The caller disposes it.</summary>
    /// <returns>No payload and no problem when it does not exist; a problem, in one line, when it cannot be read.</returns>
    public Task<(LoadedPayload? Payload, string Problem)> ReadPayloadAsync(ArchivedLetter letter, CancellationToken cancellationToken) => DeadLetterStorage.CallAsync(
        "return a dead letter's payload",
        token => ReadAsync(() => LoadedPayload.LoadAsync(PayloadOf(letter), token)),
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

    /// <summary>Roughly how many messages wait to be recorded.</summary>
    public Task<long> CountUnrecordedAsync(CancellationToken cancellationToken) => CountAsync(storage.Messages, cancellationToken);

    /// <summary>Roughly how many messages could not be recorded; their letters are listed without a cause.</summary>
    public Task<long> CountPoisonAsync(CancellationToken cancellationToken) => CountAsync(storage.PoisonMessages, cancellationToken);

    private static Task<long> CountAsync(QueueClient queue, CancellationToken cancellationToken) => DeadLetterStorage.CallAsync(
        $"count the messages in the queue {queue.Name}",
        async token =>
        {
            try
            {
                return (await queue.GetPropertiesAsync(token)).Value.ApproximateMessagesCountLong;
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

    private async IAsyncEnumerable<ArchivedLetter> ListAsync(string prefix, Action<string>? onSkipped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var blobs = BlobCatalog.Merge(_letters.ListAsync(prefix, onSkipped, cancellationToken), _quarantine.ListAsync(prefix, onSkipped, cancellationToken), cancellationToken);
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
        var problem = "";
        if (record is not null && summary is null)
        {
            (var whole, problem) = await ReadRecordAsync(letter, cancellationToken);
            summary = whole is null ? null : RecordSummary.From(whole);
        }

        return letter with
        {
            Summary = summary,
            Problem = problem,
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

    private static async Task<BinaryData> LoadRecordAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        using var download = (await blob.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
        return download.Details.ContentLength <= MaxRecordBytes
            ? await BinaryData.FromStreamAsync(download.Content, cancellationToken)
            : throw new InvalidDataException($"it has {download.Details.ContentLength} bytes, and no record has more than {MaxRecordBytes}.");
    }

    /// <summary>Turns what is wrong with one blob into a problem: the account works, and other blobs may be read.</summary>
    private static async Task<(T? Content, string Problem)> ReadAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return (await read(), "");
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return (null, "");
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and < 500 and not (401 or 403 or 408 or 429))
        {
            return (null, $"The blob cannot be read: status {e.Status} {OneLine.From(e.ErrorCode, MaxText)}.");
        }
        catch (InvalidDataException e)
        {
            return (null, $"The blob cannot be read: {e.Message}");
        }
    }
}
