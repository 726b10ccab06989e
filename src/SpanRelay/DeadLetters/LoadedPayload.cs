using Azure.Storage.Blobs;
using SpanRelay.Buffers;
using SpanRelay.Otlp;

namespace SpanRelay.DeadLetters;

/// <summary>A payload as it is stored. Owns the bytes.</summary>
public sealed class LoadedPayload : IDisposable
{
    private static readonly string TooLarge = $"it is larger than {PayloadDecoder.MaxInflatedBytes >> 20} MiB, which no payload of the relay is.";

    private readonly PooledBuffer _bytes;

    private LoadedPayload(string version, ReplayMark? replayed, PooledBuffer bytes) => (Version, Replayed, _bytes) = (version, replayed, bytes);

    /// <summary>Changes with the payload and with its metadata.</summary>
    public string Version { get; }

    /// <summary>Null if it was not replayed.</summary>
    public ReplayMark? Replayed { get; }

    /// <summary>Gzipped; in the quarantine, as received.</summary>
    public PooledBuffer Bytes => _bytes;

    /// <summary>Inflates and decodes it, as the relay does.</summary>
    /// <returns>The export, valid until the decoder is used again; empty with a problem.</returns>
    public ReadOnlySpan<byte> Decode(PayloadDecoder decoder, out PayloadProblem problem) => decoder.Decode(_bytes.WrittenMemory, out problem);

    public void Dispose() => _bytes.Dispose();

    /// <exception cref="InvalidDataException">It is too large.</exception>
    internal static async Task<LoadedPayload> LoadAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        using var download = (await blob.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
        var details = download.Details;
        if (details.ContentLength > PayloadDecoder.MaxInflatedBytes)
            throw new InvalidDataException(TooLarge);
        var room = (int)Math.Min(details.ContentLength + 1, PayloadDecoder.MaxInflatedBytes); // One more to see the end in.
        var payload = new LoadedPayload(details.ETag.ToString(), ReplayMark.FromMetadata(details.Metadata), new PooledBuffer(room));
        try
        {
            await payload.ReadAsync(download.Content, cancellationToken);
            return payload;
        }
        catch
        {
            payload.Dispose();
            throw;
        }
    }

    private async Task ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        while (await content.ReadAsync(_bytes.GetMemory(), cancellationToken) is var count && count > 0)
        {
            _bytes.Advance(count);
            if (_bytes.Length > PayloadDecoder.MaxInflatedBytes)
                throw new InvalidDataException(TooLarge);
        }
    }
}
