using System.IO.Compression;

namespace SpanRelay.Dynatrace;

/// <summary>The start of a response body. No more is read, however much the server sends.</summary>
/// <param name="Bytes">At most as many as were asked for, as far as they were received.</param>
/// <param name="IsWhole">False when the body is longer, or was truncated.</param>
internal readonly record struct ResponseBody(ReadOnlyMemory<byte> Bytes, bool IsWhole)
{
    /// <summary>The most that a client must read of a response, by the protocol's specification: the count of rejected spans may follow a long message.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Only an error's message is used.</summary>
    public const int MaxErrorBytes = 16 * 1024;

    private const int UsualBytes = 1024;

    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B];

    /// <summary>Reads up to the limit, the end or a failure. A failure is not an error: the status is already known.</summary>
    public static async Task<ResponseBody> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new Start(maxBytes);
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken);
            await using (stream)
                await body.FillAsync(stream, cancellationToken);
        }
        catch (Exception e) when (IsEarlyEnd(e))
        {
            // Truncated, not encoded as its Content-Encoding says, or too slow: what was received is used.
        }

        return body.Bytes.Span.StartsWith(Gzip) ? await InflateAsync(body, maxBytes, cancellationToken) : new ResponseBody(body.Bytes, body.IsWhole);
    }

    /// <summary>Some proxies compress without saying so.</summary>
    private static async Task<ResponseBody> InflateAsync(Start compressed, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new Start(maxBytes);
        try
        {
            await using var gzip = new GZipStream(new MemoryStream(compressed.Bytes.ToArray()), CompressionMode.Decompress);
            await body.FillAsync(gzip, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return new ResponseBody(body.Bytes, IsWhole: false);
        }

        return new ResponseBody(body.Bytes, compressed.IsWhole && body.IsWhole);
    }

    private static bool IsEarlyEnd(Exception e) => e is IOException or HttpRequestException or InvalidDataException or OperationCanceledException;

    private sealed class Start(int maxBytes)
    {
        private byte[] _bytes = new byte[Math.Min(UsualBytes, maxBytes)];
        private int _length;

        public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

        public bool IsWhole { get; private set; }

        public async Task FillAsync(Stream stream, CancellationToken cancellationToken)
        {
            while (_length < maxBytes)
            {
                if (_length == _bytes.Length)
                    Array.Resize(ref _bytes, Math.Min(maxBytes, 4 * _length));
                var count = await stream.ReadAsync(_bytes.AsMemory(_length), cancellationToken);
                IsWhole = count == 0;
                if (IsWhole)
                    return;
                _length += count;
            }
        }
    }
}
