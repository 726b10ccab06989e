using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SpanRelay.DeadLetters;

namespace SpanRelay.Doctor;

/// <summary>
/// The storage account of dead letters: reachable, what the identity may do there (asked by calls without effect), and what
/// waits in it.
/// </summary>
internal sealed class StorageCheck(DeadLetterStorage storage, TimeProvider time)
{
    private const string Storage = "storage";
    private const string Queue = "dead-letter queue";
    private const string Letters = "dead letters";
    private const string NoSuchBlob = "doctor/no-such-blob";
    private const string NoSuchMessage = "00000000-0000-0000-0000-000000000000";
    private const int ManyMessages = 100;
    private const string Roles = "Let the app reach the account: its identity needs the roles Storage Blob Data Contributor and Storage Queue Data Contributor, and the account's firewall must allow it. Until then, what cannot be delivered is held.";

    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<CheckResult>[] groups = await Task.WhenAll(
            TryAsync(Storage, () => CheckBlobsAsync(cancellationToken)),
            TryAsync(Queue, () => CheckQueuesAsync(cancellationToken)),
            TryAsync(Letters, () => CountLettersAsync(cancellationToken)));
        return [.. groups.SelectMany(group => group)];
    }

    private static async Task<IReadOnlyList<CheckResult>> TryAsync(string check, Func<Task<IReadOnlyList<CheckResult>>> look)
    {
        try
        {
            return await look();
        }
        catch (DeadLetterStoreException e)
        {
            return [CheckResult.Fail(check, e.Message, Roles)];
        }
    }

    private async Task<IReadOnlyList<CheckResult>> CheckBlobsAsync(CancellationToken cancellationToken)
    {
        foreach (var container in (BlobContainerClient[])[storage.Letters, storage.Quarantine])
        {
            await AskAsync($"list the blobs of {container.Name}", token => container.GetBlobsAsync(BlobTraits.None, BlobStates.None, NoSuchBlob, token).GetAsyncEnumerator(token).MoveNextAsync().AsTask(), cancellationToken);
            await AskAsync($"allow writing to {container.Name}", token => container.GetBlobClient(NoSuchBlob).DeleteAsync(cancellationToken: token), cancellationToken);
        }

        return [CheckResult.Ok(Storage, $"{storage.Letters.AccountName} responds, and allows reading and writing dead letters.")];
    }

    private async Task<IReadOnlyList<CheckResult>> CheckQueuesAsync(CancellationToken cancellationToken)
    {
        await AskAsync($"allow changing the queue {DeadLetterStorage.Queue}", token => storage.Messages.DeleteMessageAsync(NoSuchMessage, "AAAA", token), cancellationToken);
        var waiting = await new DeadLetterArchive(storage).CountUnrecordedAsync(cancellationToken);
        var poison = await new DeadLetterArchive(storage).CountPoisonAsync(cancellationToken);
        var found = string.Create(CultureInfo.InvariantCulture, $"About {waiting} messages wait to be recorded.");
        if (poison > 0)
            return [CheckResult.Warn(Queue, string.Create(CultureInfo.InvariantCulture, $"About {poison} messages in the queue {DeadLetterStorage.PoisonQueue} could not be recorded."), Diagnosis.CauseCatalog.Unrecorded.Remedy, Diagnosis.CauseCatalog.Unrecorded.Code)];
        return [waiting > ManyMessages ? CheckResult.Warn(Queue, found, "Check in the app's log that RecordDeadLetter runs.") : CheckResult.Ok(Queue, found)];
    }

    private async Task<IReadOnlyList<CheckResult>> CountLettersAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var letters = await LetterCount.ReadAsync(new DeadLetterArchive(storage), new LetterFilter { Since = now - Recent, IsReplayed = false }, now, cancellationToken);
        return [.. Open(letters.OpenIncidents), Waiting(letters)];
    }

    private static IEnumerable<CheckResult> Open(IEnumerable<ArchivedLetter> incidents) => incidents
        .Select(letter => CheckResult.Warn("incident", $"An incident was reported within the last 10 minutes, and not its end: {letter.Summary!.Cause}.", $"spanrelay dead-letters show {letter.Id}", letter.Summary.Cause));

    private static CheckResult Waiting(LetterCount letters)
    {
        if (letters.Total == 0)
            return CheckResult.Ok(Letters, "None within the last 24 hours that was not replayed.");
        var most = letters.ByCause.OrderByDescending(each => each.Value).ToList();
        var causes = string.Join(", ", most.Take(5).Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Value} × {each.Key}")));
        return CheckResult.Warn(
            Letters,
            string.Create(CultureInfo.InvariantCulture, $"{(letters.IsMore ? "More than " : "")}{letters.Total} within the last 24 hours that were not replayed: {causes}."),
            "spanrelay dead-letters list shows them, and dead-letters replay sends what can still be sent.",
            most[0].Key == LetterCount.NotRecorded ? null : most[0].Key);
    }

    /// <summary>Calls the account. That there is no such thing is an answer too.</summary>
    private static Task<bool> AskAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) => DeadLetterStorage.CallAsync(
        what,
        async token =>
        {
            try
            {
                await call(token);
            }
            catch (RequestFailedException e) when (e.Status is 400 or 404)
            {
            }

            return true;
        },
        cancellationToken);
}
