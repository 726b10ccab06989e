using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace SpanRelay.DeadLetters;

/// <summary>Lists a container of dead letters, which has a folder for each day. A container that does not exist yet is empty.</summary>
internal sealed class BlobCatalog(BlobContainerClient container)
{
    private const int LongestName = 300;

    /// <summary>Ordered by day and id, so that the blobs of a letter follow each other.</summary>
    /// <param name="onSkipped">Called with a line for each blob that does not belong to a dead letter.</param>
    public async IAsyncEnumerable<(LetterBlob Name, BlobItem Item)> ListAsync(string prefix, Action<string>? onSkipped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = prefix };
            var page = await ReadPageAsync(token => container.GetBlobsAsync(options, token), next, cancellationToken);
            foreach (var blob in page?.Values ?? [])
            {
                if (LetterBlob.Parse(blob.Name) is { } name && name.Container == container.Name)
                    yield return (name, blob);
                else
                    onSkipped?.Invoke($"The blob {OneLine.Quoted($"{container.Name}/{blob.Name}", LongestName)} is not SpanRelay's, and is skipped.");
            }

            next = page?.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>The days that hold anything, in no order.</summary>
    public async Task<IReadOnlyList<DateOnly>> ListDaysAsync(CancellationToken cancellationToken)
    {
        List<string> folders = [""];
        for (var level = 0; level < 3; level++) // Year, month, day.
        {
            var within = new List<string>();
            foreach (var folder in folders)
                within.AddRange(await ListFoldersAsync(folder, cancellationToken));
            folders = within;
        }

        return [.. folders.Select(LetterBlob.ParseFolder).OfType<DateOnly>()];
    }

    /// <summary>One list of two that are sorted by name.</summary>
    public static async IAsyncEnumerable<(LetterBlob Name, BlobItem Item)> Merge(
        IAsyncEnumerable<(LetterBlob Name, BlobItem Item)> left,
        IAsyncEnumerable<(LetterBlob Name, BlobItem Item)> right,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lefts = left.GetAsyncEnumerator(cancellationToken);
        await using var rights = right.GetAsyncEnumerator(cancellationToken);
        var hasLeft = await lefts.MoveNextAsync();
        var hasRight = await rights.MoveNextAsync();
        while (hasLeft || hasRight)
        {
            if (hasLeft && (!hasRight || string.CompareOrdinal(SortKey(lefts.Current.Name), SortKey(rights.Current.Name)) <= 0))
            {
                yield return lefts.Current;
                hasLeft = await lefts.MoveNextAsync();
            }
            else
            {
                yield return rights.Current;
                hasRight = await rights.MoveNextAsync();
            }
        }
    }

    /// <summary>As the account sorts: an id that another id starts with comes before that one's blobs.</summary>
    private static string SortKey(LetterBlob blob) => blob.Id + ".";

    private async Task<List<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        string? next = null;
        do
        {
            var options = new GetBlobsByHierarchyOptions { Delimiter = "/", Prefix = folder };
            var page = await ReadPageAsync(token => container.GetBlobsByHierarchyAsync(options, token), next, cancellationToken);
            folders.AddRange((page?.Values ?? []).Where(item => item.IsPrefix).Select(item => item.Prefix));
            next = page?.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(next));
        return folders;
    }

    /// <returns>Null when the container does not exist.</returns>
    private static Task<Page<T>?> ReadPageAsync<T>(Func<CancellationToken, AsyncPageable<T>> list, string? next, CancellationToken cancellationToken)
        where T : notnull => DeadLetterStorage.CallAsync(
        "list dead letters",
        async token =>
        {
            try
            {
                await using var pages = list(token).AsPages(next).GetAsyncEnumerator(token);
                return await pages.MoveNextAsync() ? pages.Current : null;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                return null;
            }
        },
        cancellationToken);
}
