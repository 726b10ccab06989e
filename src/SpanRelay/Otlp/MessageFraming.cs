using System.Buffers.Binary;
using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// Messages with a prefix: gRPC's frames, lengths as protobuf streams have them, and a schema registry's id. A prefix counts
/// only where it fits the body to its last byte and what it leaves is an export.
/// </summary>
internal static class MessageFraming
{
    private const int GrpcHeader = 5;
    private const int SchemaHeader = 5;
    private const int MaxMessageIndexes = 16;

    /// <summary>Each frame is a byte that says whether the message is compressed, four of length, and the message.</summary>
    public static bool IsGrpc(ReadOnlySpan<byte> body)
    {
        var bytes = 0L;
        while (TryTakeFrame(ref body, out _, out var length))
            bytes += length;
        return body.IsEmpty && bytes > 0;
    }

    /// <summary>Returns the message of a single frame, whatever its type, or appends the messages of several frames, which must all be exports.</summary>
    public static PayloadProblem OpenGrpc(ReadOnlyMemory<byte> body, Inflater inflater, PooledBuffer output)
    {
        var rest = body.Span;
        using var inflated = new PooledBuffer();
        while (TryTakeFrame(ref rest, out var isCompressed, out var length))
        {
            var message = body[^(rest.Length + length)..][..length];
            if (isCompressed)
            {
                inflated.Truncate(0);
                var (form, problem) = inflater.Inflate(message, inflated);
                if (problem != PayloadProblem.None || form == PayloadForm.None)
                    return problem == PayloadProblem.None ? PayloadProblem.BrokenCompression : problem;
                message = inflated.WrittenMemory;
            }

            var isOnly = output.Length == 0 && rest.IsEmpty;
            if (!isOnly && !IsExport(message.Span))
                return PayloadProblem.MalformedProtobuf;
            output.Append(message.Span);
        }

        return output.Length == 0 ? PayloadProblem.Empty : PayloadProblem.None;
    }

    /// <summary>Appends the exports, each of which its length precedes.</summary>
    public static bool TryOpenLengthDelimited(ReadOnlySpan<byte> body, PooledBuffer output)
    {
        var spans = 0;
        while (!body.IsEmpty)
        {
            var size = WireReader.ReadVarint(body, out var length);
            if (size == 0 || length > (ulong)(body.Length - size))
                return false;

            var message = body.Slice(size, (int)length);
            if (!IsExport(message))
                return false;

            spans += CountOf(message);
            output.Append(message);
            body = body[(size + (int)length)..];
        }

        return spans > 0;
    }

    /// <summary>What follows a zero byte and the four of a schema's id, and in protobuf possibly the path of the message in its file.</summary>
    public static bool TryOpenSchemaId(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> content)
    {
        content = default;
        if (body.Length <= SchemaHeader || body.Span[0] != 0)
            return false;

        content = body[SchemaHeader..];
        if (OtlpJson.LooksLikeJson(content.Span) || HoldsSpans(content.Span))
            return true;

        content = content[MessageIndexSize(content.Span)..];
        return HoldsSpans(content.Span);
    }

    /// <summary>A count and that many numbers; a single zero means the first message.</summary>
    private static int MessageIndexSize(ReadOnlySpan<byte> content)
    {
        var size = WireReader.ReadVarint(content, out var zigzag);
        for (var left = Math.Min(zigzag >> 1, MaxMessageIndexes); left > 0 && size < content.Length; left--)
            size += WireReader.ReadVarint(content[size..], out _);
        return size;
    }

    private static bool TryTakeFrame(scoped ref ReadOnlySpan<byte> rest, out bool isCompressed, out int length)
    {
        (isCompressed, length) = (false, 0);
        if (rest is not [0 or 1, _, _, _, _, ..] || BinaryPrimitives.ReadUInt32BigEndian(rest[1..]) > (uint)(rest.Length - GrpcHeader))
            return false;

        (isCompressed, length) = (rest[0] == 1, BinaryPrimitives.ReadInt32BigEndian(rest[1..]));
        rest = rest[(GrpcHeader + length)..];
        return true;
    }

    private static bool IsExport(ReadOnlySpan<byte> message) =>
        message.IsEmpty || (ExportShape.TryRead(message, out var shape) && shape.IsExport);

    /// <summary>It is an export of at least one span.</summary>
    public static bool HoldsSpans(ReadOnlySpan<byte> message) => CountOf(message) > 0;

    private static int CountOf(ReadOnlySpan<byte> message) =>
        ExportShape.TryRead(message, out var shape) && shape.IsExport ? shape.Spans : 0;
}
