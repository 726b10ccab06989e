using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using SpanRelay.Buffers;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace SpanRelay.Otlp;

/// <summary>Decompresses whole streams up to a limit. One that is truncated, altered or followed by anything is refused.</summary>
internal sealed class Inflater
{
    private const int ShortestGzip = 18;
    private const int ShortestZlib = 8;
    private const int Step = 64 * 1024;

    // 8 MiB: what every zstd decoder should support (RFC 8878). A larger window takes that much memory, however little it contains.
    private const int MaxZstdWindowLog = 23;

    /// <summary>How much may still be produced for this event, by all its layers together.</summary>
    public int BytesLeft { get; set; }

    public static bool IsZstd(ReadOnlySpan<byte> body) => body is [0x28, 0xB5, 0x2F, 0xFD, ..];

    /// <summary>Appends what a stream of gzip, zlib or zstd holds.</summary>
    /// <returns>No form for anything else.</returns>
    public (PayloadForm Form, PayloadProblem Problem) Inflate(ReadOnlyMemory<byte> body, PooledBuffer output)
    {
        if (IsGzip(body.Span))
            return (PayloadForm.Gzip, InflateGzip(body, output));
        if (IsZstd(body.Span))
            return (PayloadForm.Zstd, InflateZstd(body, output));
        if (!IsZlib(body.Span))
            return default;

        const byte Caret = (byte)'^'; // With the x before it, text as well.
        var problem = InflateZlib(body, output);
        return problem == PayloadProblem.BrokenCompression && body.Span[1] == Caret ? default : (PayloadForm.Zlib, problem);
    }

    public PayloadProblem InflateDeflate(ReadOnlyMemory<byte> body, PooledBuffer output) =>
        CopyExactly(body, output, source => new DeflateStream(source, CompressionMode.Decompress));

    private static bool IsGzip(ReadOnlySpan<byte> body) => body is [0x1F, 0x8B, ..];

    /// <summary>Deflate in a window of 32 KiB, no dictionary, and the header's checksum fits.</summary>
    private static bool IsZlib(ReadOnlySpan<byte> body) =>
        body is [0x78, var flags, ..] && (flags & 0x20) == 0 && ((0x78 << 8) + flags) % 31 == 0;

    private PayloadProblem InflateGzip(ReadOnlyMemory<byte> body, PooledBuffer output)
    {
        if (body.Length < ShortestGzip) // .NET's GZipStream reads a truncated header as an empty stream.
            return PayloadProblem.BrokenGzip;
        if (!MemoryMarshal.TryGetArray(body, out var array))
            array = body.ToArray();

        output.GetSpan(SizeAtEnd(body.Span) + Step);
        using var source = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        var problem = Copy(gzip, output);
        return problem == PayloadProblem.BrokenCompression || (problem == PayloadProblem.None && !MatchesTrailer(body.Span, output.WrittenSpan))
            ? PayloadProblem.BrokenGzip
            : problem;
    }

    /// <summary>The inflated size that the stream states, as far as it is possible and allowed: a buffer of that size need not grow.</summary>
    private int SizeAtEnd(ReadOnlySpan<byte> gzip)
    {
        const int MostForOneByte = 1_032;
        return (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(gzip[^4..]), Math.Min((long)gzip.Length * MostForOneByte, Math.Max(0, BytesLeft)));
    }

    private PayloadProblem InflateZlib(ReadOnlyMemory<byte> body, PooledBuffer output) =>
        body.Length < ShortestZlib ? PayloadProblem.BrokenCompression : CopyExactly(body, output, source => new ZLibStream(source, CompressionMode.Decompress));

    private PayloadProblem InflateZstd(ReadOnlyMemory<byte> body, PooledBuffer output)
    {
        if (!MemoryMarshal.TryGetArray(body, out var array))
            array = body.ToArray();

        using var source = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        using var zstd = new DecompressionStream(source);
        zstd.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxZstdWindowLog);
        return Copy(zstd, output);
    }

    private PayloadProblem CopyExactly(ReadOnlyMemory<byte> body, PooledBuffer output, Func<Stream, Stream> open)
    {
        using var source = new ExactStream(body);
        using var stream = open(source);
        var problem = Copy(stream, output);
        return problem == PayloadProblem.None && !source.IsTakenExactly ? PayloadProblem.BrokenCompression : problem;
    }

    private PayloadProblem Copy(Stream stream, PooledBuffer output)
    {
        var problem = PayloadProblem.None;
        try
        {
            while (problem == PayloadProblem.None && stream.Read(output.GetSpan(Step)) is var count && count > 0)
            {
                output.Advance(count);
                BytesLeft -= count;
                problem = BytesLeft < 0 ? PayloadProblem.InflatesTooFar : PayloadProblem.None;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ZstdException)
        {
            problem = PayloadProblem.BrokenCompression;
        }

        return problem == PayloadProblem.None && output.Length == 0 ? PayloadProblem.Empty : problem;
    }

    /// <summary>
    /// Compares what was inflated with the checksum and length at the end of the stream, those of its last member. The
    /// platform's reader accepts a truncated stream, which would silently lose spans.
    /// </summary>
    private static bool MatchesTrailer(ReadOnlySpan<byte> gzip, ReadOnlySpan<byte> inflated)
    {
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(gzip[^8..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(gzip[^4..]);
        return length <= (uint)inflated.Length && Crc32.HashToUInt32(inflated[^(int)length..]) == checksum;
    }
}
