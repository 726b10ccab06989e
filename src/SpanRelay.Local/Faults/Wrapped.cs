using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ZstdSharp;

namespace SpanRelay.Local.Faults;

/// <summary>What senders wrap an export in.</summary>
internal static class Wrapped
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Gzip(byte[] bytes) => Compress(bytes, output => new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true));

    public static byte[] Zlib(byte[] bytes) => Compress(bytes, output => new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true));

    public static byte[] Deflate(byte[] bytes) => Compress(bytes, output => new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true));

    public static byte[] Brotli(byte[] bytes) => Compress(bytes, output => new BrotliStream(output, CompressionLevel.Optimal, leaveOpen: true));

    public static byte[] Zstd(byte[] bytes)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(bytes).ToArray();
    }

    public static byte[] Utf16(string text, bool isBigEndian, bool hasMark)
    {
        var encoding = new UnicodeEncoding(isBigEndian, hasMark);
        return [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
    }

    public static byte[] Base64(byte[] bytes) => Utf8(Convert.ToBase64String(bytes));

    public static byte[] Base64Lines(byte[] bytes) => Utf8(Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks) + "\n");

    public static byte[] Base64Url(byte[] bytes) => Utf8(System.Buffers.Text.Base64Url.EncodeToString(bytes));

    public static byte[] Quoted(string text) => JsonSerializer.SerializeToUtf8Bytes(text);

    public static byte[] Grpc(byte[] bytes, bool isCompressed = false)
    {
        var frame = new byte[5 + bytes.Length];
        frame[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes.Length);
        bytes.CopyTo(frame, 5);
        return frame;
    }

    public static byte[] LengthDelimited(byte[] bytes)
    {
        var prefix = new List<byte>();
        var length = bytes.Length;
        for (; length >= 0x80; length >>= 7)
            prefix.Add((byte)(length | 0x80));
        prefix.Add((byte)length);
        return [.. prefix, .. bytes];
    }

    public static byte[] SchemaId(byte[] bytes, params byte[] messageIndexes) => [0, 0, 1, 0x86, 0xA2, .. messageIndexes, .. bytes];

    public static string CloudEvent(string data) =>
        $$"""{"specversion":"1.0","id":"1","source":"/gateway","type":"otlp.traces","datacontenttype":"application/json",{{data}}}""";

    public static string ConnectEnvelope(string payload) => $$"""{"schema":{"type":"struct","optional":false},"payload":{{payload}}}""";

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> open)
    {
        using var output = new MemoryStream();
        using (var stream = open(output))
            stream.Write(bytes);
        return output.ToArray();
    }
}
