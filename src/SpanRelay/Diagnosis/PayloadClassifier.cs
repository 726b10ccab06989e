using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Unicode;
using SpanRelay.DeadLetters;
using SpanRelay.Otlp;
using SpanRelay.Tokens;

namespace SpanRelay.Diagnosis;

/// <summary>Classifies an event that cannot be read, by its first bytes. It quotes nothing of it.</summary>
internal static class PayloadClassifier
{
    private const int Looked = 64 * 1024;

    /// <param name="body">As received.</param>
    /// <param name="problem">Why it cannot be read.</param>
    public static Cause Classify(ReadOnlySpan<byte> body, PayloadProblem problem) => problem switch
    {
        PayloadProblem.Empty => CauseCatalog.EmptyEvent,
        PayloadProblem.BrokenGzip => CauseCatalog.BrokenGzip,
        PayloadProblem.InflatesTooFar => CauseCatalog.GzipBomb,
        PayloadProblem.NestedTooDeep => CauseCatalog.NestedTooDeep,
        PayloadProblem.SpanWithoutIds => OtlpSignal.IsIn(StartOf(body)) ? CauseCatalog.OtherSignal : CauseCatalog.SpanWithoutIds,
        _ => ClassifyStart(StartOf(body), body.Length),
    };

    private static ReadOnlySpan<byte> StartOf(ReadOnlySpan<byte> body) =>
        body is [0x1F, 0x8B, ..] ? Inflated(body) : body[..Math.Min(body.Length, Looked)];

    private static Cause ClassifyStart(ReadOnlySpan<byte> start, int length)
    {
        if (start is [(byte)'O', (byte)'b', (byte)'j', 1, ..])
            return CauseCatalog.AvroCapture;
        // The first byte says whether the message is compressed, the next four how long it is.
        if (start is [0 or 1, _, _, _, _, ..] && BinaryPrimitives.ReadUInt32BigEndian(start[1..]) == (uint)length - 5)
            return CauseCatalog.GrpcFramed;
        if (OtlpSignal.IsIn(start))
            return CauseCatalog.OtherSignal;

        var text = start.TrimStart(" \t\r\n\uFEFF"u8);
        if (text is [(byte)'{' or (byte)'[', ..] && !HasControls(start)) // In protobuf a length may look like a bracket.
            return ClassifyJson(text);
        return text is [>= (byte)' ', ..] && IsText(start) ? CauseCatalog.PlainText : CauseCatalog.OtherBinary;
    }

    private static Cause ClassifyJson(ReadOnlySpan<byte> json)
    {
        var names = MemberNames(json);
        return names switch
        {
            _ when names.Contains("resourceLogs") || names.Contains("resourceMetrics") || names.Contains("resource_logs") || names.Contains("resource_metrics") => CauseCatalog.OtherSignal,
            _ when names.Contains("records") => CauseCatalog.AzureDiagnosticRecords,
            _ when names.Overlaps(["message", "msg", "level", "severity", "timestamp", "log"]) => CauseCatalog.PlainLogs,
            _ => CauseCatalog.OtherJson,
        };
    }

    /// <summary>Of the object, or of the first one in the array; as far as the start goes.</summary>
    private static HashSet<string> MemberNames(ReadOnlySpan<byte> json)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var depth = json[0] == (byte)'[' ? 2 : 1;
        var reader = new Utf8JsonReader(json, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 1000 }));
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth)
                    names.Add(reader.GetString()!);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was found so far has to suffice.
        }

        return names;
    }

    private static byte[] Inflated(ReadOnlySpan<byte> body)
    {
        var start = new byte[Looked];
        try
        {
            using var gzip = new GZipStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
            return start[..gzip.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        // The end of what is looked at may have cut a character.
        var end = bytes.Length;
        while (end > 0 && bytes.Length - end < 3 && bytes[end - 1] >= 0x80)
            end--;
        return (Utf8.IsValid(bytes) || Utf8.IsValid(bytes[..end])) && !HasControls(bytes);
    }

    private static bool HasControls(ReadOnlySpan<byte> bytes) => bytes.ContainsAnyInRange((byte)0x00, (byte)0x08);
}
