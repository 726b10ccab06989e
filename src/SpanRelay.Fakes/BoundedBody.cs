namespace SpanRelay.Fakes;

/// <summary>What was read of a stream under a limit.</summary>
/// <param name="Bytes">At most as many as the limit allows.</param>
/// <param name="IsWhole">The stream ended within the limit; else the rest is left unread.</param>
internal readonly record struct BoundedBody(ReadOnlyMemory<byte> Bytes, bool IsWhole)
{
    public static async Task<BoundedBody> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            var room = limit - (int)kept.Length;
            kept.Write(buffer, 0, Math.Min(read, room));
            if (read > room)
                return new BoundedBody(kept.ToArray(), false);
        }

        return new BoundedBody(kept.ToArray(), true);
    }
}
