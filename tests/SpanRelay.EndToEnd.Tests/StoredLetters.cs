using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Everything that a storage account holds, read with the official client.</summary>
internal sealed class StoredLetters
{
    private readonly Dictionary<string, byte[]> _blobs = [];

    /// <summary>By container and name, as they are stored.</summary>
    public IReadOnlyDictionary<string, byte[]> Blobs => _blobs;

    /// <summary>Redacted payloads, inflated.</summary>
    public IEnumerable<byte[]> Exports => _blobs.Where(blob => blob.Key.EndsWith(".otlp.gz", StringComparison.Ordinal)).Select(blob => Some.Gunzip(blob.Value).ToArray());

    /// <summary>In hex; one that is there twice stands here twice.</summary>
    public IEnumerable<string> SpanIds =>
        from export in Exports
        from resource in ExportTraceServiceRequest.Parser.ParseFrom(export).ResourceSpans
        from scope in resource.ScopeSpans
        from span in scope.Spans
        select span.Id();

    /// <summary>Events as they came, as text.</summary>
    public IEnumerable<string> Quarantined => _blobs.Where(blob => blob.Key.StartsWith("quarantine/", StringComparison.Ordinal)).Select(blob => Encoding.UTF8.GetString(blob.Value));

    /// <summary>The host keeps its checkpoints in the account too, in a container of their own.</summary>
    public int Payloads => _blobs.Keys.Count(name => name.EndsWith(".otlp.gz", StringComparison.Ordinal) || name.StartsWith("quarantine/", StringComparison.Ordinal));

    public IReadOnlyList<JsonElement> AllRecords => [.. _blobs.Where(blob => blob.Key.EndsWith(".json", StringComparison.Ordinal)).OrderBy(blob => blob.Key, StringComparer.Ordinal).Select(blob => JsonElement.Parse(blob.Value))];

    public int Records => AllRecords.Count;

    /// <summary>The messages that wait, in all queues.</summary>
    public IReadOnlyList<string> Messages { get; private set; } = [];

    public static async Task<StoredLetters> ReadAsync(string connectionString, CancellationToken cancellationToken)
    {
        var stored = new StoredLetters();
        var blobs = new BlobServiceClient(connectionString);
        await foreach (var container in blobs.GetBlobContainersAsync(cancellationToken: cancellationToken))
        {
            var client = blobs.GetBlobContainerClient(container.Name);
            await foreach (var blob in client.GetBlobsAsync(cancellationToken: cancellationToken))
                stored._blobs[$"{container.Name}/{blob.Name}"] = (await client.GetBlobClient(blob.Name).DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
        }

        var messages = new List<string>();
        var queues = new QueueServiceClient(connectionString);
        await foreach (var queue in queues.GetQueuesAsync(cancellationToken: cancellationToken))
        {
            var peeked = await queues.GetQueueClient(queue.Name).PeekMessagesAsync(32, cancellationToken);
            messages.AddRange(peeked.Value.Select(message => message.Body.ToString()));
        }

        stored.Messages = messages;
        return stored;
    }
}
