using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// Decodes an event's body to an encoded trace export. Accepts OTLP protobuf and OTLP JSON, gzipped or not, and detects the
/// format from the bytes, not from the event's properties. Not thread-safe; owns the buffers it decodes into.
/// </summary>
public sealed class PayloadDecoder : IDisposable
{
    /// <summary>64 MiB, the protocol's limit for a request after decompression.</summary>
    public const int MaxInflatedBytes = 64 * 1024 * 1024;

    private const int ShortestGzip = 18;
    private const int InflateStep = 64 * 1024;

    private readonly PooledBuffer _inflated = new();
    private readonly PooledBuffer _converted = new();

    /// <summary>Decodes one body.</summary>
    /// <returns>
    /// An encoded export, not validated yet and valid until the next call; empty when there is a <paramref name="problem"/>.
    /// </returns>
    public ReadOnlySpan<byte> Decode(ReadOnlyMemory<byte> body, out PayloadProblem problem)
    {
        problem = body.IsEmpty ? PayloadProblem.Empty : PayloadProblem.None;
        if (IsGzip(body.Span))
        {
            problem = Inflate(body);
            body = _inflated.WrittenMemory;
        }

        if (problem == PayloadProblem.None && OtlpJson.LooksLikeJson(body.Span))
        {
            _converted.Truncate(0);
            problem = OtlpJson.TryConvert(body.Span, _converted);
            body = _converted.WrittenMemory;
        }

        return problem == PayloadProblem.None ? body.Span : [];
    }

    public void Dispose()
    {
        _inflated.Dispose();
        _converted.Dispose();
    }

    private static bool IsGzip(ReadOnlySpan<byte> body) => body is [0x1F, 0x8B, ..];

    private PayloadProblem Inflate(ReadOnlyMemory<byte> body)
    {
        _inflated.Truncate(0);
        if (body.Length < ShortestGzip) // .NET's GZipStream reads a truncated header as an empty stream.
            return PayloadProblem.BrokenGzip;
        if (!MemoryMarshal.TryGetArray(body, out var array))
            array = body.ToArray();

        try
        {
            using var source = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
            using var gzip = new GZipStream(source, CompressionMode.Decompress);
            while (gzip.Read(_inflated.GetSpan(InflateStep)) is var count && count > 0)
            {
                _inflated.Advance(count);
                if (_inflated.Length > MaxInflatedBytes)
                    return PayloadProblem.InflatesTooFar;
            }
        }
        catch (InvalidDataException)
        {
            return PayloadProblem.BrokenGzip;
        }

        if (!MatchesTrailer(body.Span, _inflated.WrittenSpan))
            return PayloadProblem.BrokenGzip;
        return _inflated.Length == 0 ? PayloadProblem.Empty : PayloadProblem.None;
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
