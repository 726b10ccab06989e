using System.IO.Compression;
using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using SpanRelay.Buffers;

namespace SpanRelay.DeadLetters;

/// <summary>Writes the payload, then the message: a payload without a message is still listed, a message without a payload would be useless.</summary>
internal sealed class BlobDeadLetterStore(DeadLetterStorage storage) : IDeadLetterStore
{
    public async Task PutAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (letter.Incident is null)
            await WritePayloadAsync(letter, payload, cancellationToken);

        var message = new BinaryData(JsonSerializer.SerializeToUtf8Bytes(letter.Cleaned(), DeadLetter.Json));
        await DeadLetterStorage.CallAsync("accept a dead letter's message", token => SendAsync(storage.Messages, message, token), cancellationToken);
    }

    private async Task WritePayloadAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var blob = LetterBlob.PayloadOf(letter.Id, letter.IsQuarantined);
        if (letter.IsQuarantined)
        {
            await UploadAsync(blob, payload, cancellationToken);
            return;
        }

        using var gzip = new PooledBuffer();
        using (var compressor = new GZipStream(new PooledBufferStream(gzip), CompressionLevel.Fastest))
            compressor.Write(payload.Span);
        await UploadAsync(blob, gzip.WrittenMemory, cancellationToken);
    }

    private Task UploadAsync(LetterBlob blob, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        storage.WriteAsync("store a dead letter's payload", blob, BinaryData.FromBytes(content), metadata: null, cancellationToken);

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
