namespace SpanRelay.Dynatrace;

/// <summary>The start of a response body. No more of it is ever read, whatever the server sends.</summary>
/// <param name="Bytes">At most <see cref="MaxBytes"/>, as far as they were received.</param>
/// <param name="IsWhole">False when the body is longer, or was truncated.</param>
internal readonly record struct ResponseBody(ReadOnlyMemory<byte> Bytes, bool IsWhole)
{
    public const int MaxBytes = 4 * 1024;

    /// <summary>Reads up to the limit, the end or a failure, which is no error: the status is known by then.</summary>
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
            // Truncated, not encoded as its Content-Encoding says, or too slow: what was received is used.
        }

        return new ResponseBody(start.AsMemory(0, length), IsWhole: false);
    }
}
