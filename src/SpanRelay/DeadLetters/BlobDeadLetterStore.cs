using System.IO.Compression;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using SpanRelay.Buffers;

namespace SpanRelay.DeadLetters;

/// <summary>Writes the payload, then the message: a payload without a message is still listed, a message without a payload would be useless.</summary>
public sealed class BlobDeadLetterStore(DeadLetterStorage storage) : IDeadLetterStore
{
    public async Task PutAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (letter.Incident is null)
            await WritePayloadAsync(letter, payload, cancellationToken);

        var message = new BinaryData(JsonSerializer.SerializeToUtf8Bytes(letter, DeadLetterJson.Default.DeadLetter));
        await DeadLetterStorage.CallAsync("accept a dead letter's message", token => SendAsync(storage.Messages, message, token), cancellationToken);
    }

    private async Task WritePayloadAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var place = PayloadPlace.From(letter);
        var container = place.In(storage);
        if (letter.IsQuarantined)
        {
            await UploadAsync(container, place.Blob, payload, cancellationToken);
            return;
        }

        using var gzip = new PooledBuffer();
        using (var compressor = new GZipStream(new PooledBufferStream(gzip), CompressionLevel.Fastest))
            compressor.Write(payload.Span);
        await UploadAsync(container, place.Blob, gzip.WrittenMemory, cancellationToken);
    }

    private static Task<bool> UploadAsync(BlobContainerClient container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        DeadLetterStorage.CallAsync("store a dead letter's payload", token => container.WriteAsync(name, BinaryData.FromBytes(content), metadata: null, token), cancellationToken);

    private static async Task<bool> SendAsync(QueueClient queue, BinaryData message, CancellationToken cancellationToken)
    {
        try
        {
            await queue.SendMessageAsync(message, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.ErrorCode == "QueueNotFound")
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await queue.SendMessageAsync(message, cancellationToken: cancellationToken);
        }

        return true;
    }
}

internal static class BlobWriting
{
    /// <summary>Writes the blob, overwriting an earlier one; creates the container where it is missing.</summary>
    public static async Task<bool> WriteAsync(
        this BlobContainerClient container, string name, BinaryData content, IDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Metadata = metadata };
        try
        {
            await container.GetBlobClient(name).UploadAsync(content, options, cancellationToken);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await container.GetBlobClient(name).UploadAsync(content, options, cancellationToken);
        }

        return true;
    }
}
