using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace SpanRelay.DeadLetters;

/// <summary>Lists a container that is filed by day. A container that is not there yet is empty; what is none of ours is passed over.</summary>
internal sealed class BlobCatalog(BlobContainerClient container)
{
    /// <summary>By name: for each day and id, one behind the other.</summary>
    public async IAsyncEnumerable<CatalogedBlob> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = prefix };
            var page = await ReadPageAsync(token => container.GetBlobsAsync(options, token), next, cancellationToken);
            foreach (var blob in page?.Values ?? [])
            {
                if (CatalogedBlob.Of(blob) is { } ours)
                    yield return ours;
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

        return [.. folders.Select(CatalogedBlob.DayOf).OfType<DateOnly>()];
    }

    /// <summary>One list of two that are sorted by name.</summary>
    public static async IAsyncEnumerable<CatalogedBlob> Merge(
        IAsyncEnumerable<CatalogedBlob> left, IAsyncEnumerable<CatalogedBlob> right, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lefts = left.GetAsyncEnumerator(cancellationToken);
        await using var rights = right.GetAsyncEnumerator(cancellationToken);
        var hasLeft = await lefts.MoveNextAsync();
        var hasRight = await rights.MoveNextAsync();
        while (hasLeft || hasRight)
        {
            if (hasLeft && (!hasRight || string.CompareOrdinal(lefts.Current.SortKey, rights.Current.SortKey) <= 0))
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

    /// <returns>Null when the container is not there.</returns>
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

/// <summary>One blob of a container that is filed by day.</summary>
/// <param name="Name">Day and id, without the ending.</param>
internal sealed record CatalogedBlob(string Name, string Ending, DateOnly Day, long Bytes, DateTimeOffset StoredAt, IDictionary<string, string> Metadata)
{
    private static readonly string[] Endings = [PayloadPlace.RecordEnding, PayloadPlace.RedactedEnding, PayloadPlace.RawEnding];

    public string Id => Name[ArchivedLetter.PrefixOf(Day).Length..];

    /// <summary>As the account sorts: an id that starts as another one does is not between that one's blobs.</summary>
    public string SortKey => Name + ".";

    /// <returns>Null when it is none of ours.</returns>
    public static CatalogedBlob? Of(BlobItem blob)
    {
        var ending = Endings.FirstOrDefault(each => blob.Name.EndsWith(each, StringComparison.Ordinal));
        if (ending is null || DayOf(blob.Name) is not { } day)
            return null;

        var name = blob.Name[..^ending.Length];
        var properties = blob.Properties;
        return new CatalogedBlob(
            name, ending, day, properties.ContentLength ?? 0,
            properties.CreatedOn ?? properties.LastModified ?? DateTimeOffset.MinValue, blob.Metadata);
    }

    /// <returns>The day that a name starts with.</returns>
    public static DateOnly? DayOf(string name) =>
        name.Length > 10 && name[10] == '/' && DateOnly.TryParseExact(name.AsSpan(0, 10), "yyyy'/'MM'/'dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
