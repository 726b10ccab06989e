namespace SpanRelay.Dynatrace;

/// <summary>The start of an answer's body. Whatever the server sends, no more than this is read of it.</summary>
/// <param name="Bytes">At most <see cref="MaxBytes"/>, as far as they came.</param>
/// <param name="IsWhole">False when there was more, or it broke off.</param>
internal readonly record struct ResponseBody(ReadOnlyMemory<byte> Bytes, bool IsWhole)
{
    public const int MaxBytes = 4 * 1024;

    /// <summary>Reads until the limit, the end, or whatever breaks it off: by then the status has said what counts.</summary>
    public static async Task<ResponseBody> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var start = new byte[MaxBytes];
        var length = 0;
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken);
            await using (stream)
            {
                while (length < start.Length)
                {
                    var count = await stream.ReadAsync(start.AsMemory(length), cancellationToken);
                    if (count == 0)
                        return new ResponseBody(start.AsMemory(0, length), IsWhole: true);
                    length += count;
                }
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException or OperationCanceledException)
        {
            // Broken off, not what its Content-Encoding says, or too slow. What came is what there is.
        }

        return new ResponseBody(start.AsMemory(0, length), IsWhole: false);
    }
}
