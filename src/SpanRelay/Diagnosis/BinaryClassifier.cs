using SpanRelay.Otlp;

namespace SpanRelay.Diagnosis;

/// <summary>Recognizes binary formats: files by their first bytes, other telemetry by its first messages.</summary>
internal static class BinaryClassifier
{
    private const int TarMark = 257;
    private const int Looked = 512;

    /// <summary>Null for anything else, text included.</summary>
    public static Cause? Find(ReadOnlySpan<byte> content) =>
        FindFile(content) ?? FindTelemetry(content) ?? (content.Length > 1 && !content.ContainsAnyExcept((byte)0) ? CauseCatalog.ZeroBytes : null);

    private static Cause? FindFile(ReadOnlySpan<byte> content) => content switch
    {
        [(byte)'O', (byte)'b', (byte)'j', 1, ..] => CauseCatalog.AvroCapture,
        [(byte)'P', (byte)'A', (byte)'R', (byte)'1', .., (byte)'P', (byte)'A', (byte)'R', (byte)'1'] => CauseCatalog.Parquet,
        [(byte)'P', (byte)'K', 3, 4, ..] or [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => CauseCatalog.Archive,
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, ..] => CauseCatalog.Archive,
        [0x04, 0x22, 0x4D, 0x18, ..] => CauseCatalog.Lz,
        [0xFF, 0x06, 0x00, 0x00, (byte)'s', (byte)'N', (byte)'a', (byte)'P', (byte)'p', (byte)'Y', ..] => CauseCatalog.Snappy,
        [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0, ..] => CauseCatalog.Snappy,
        _ => content.Length > TarMark && content[TarMark..].StartsWith("ustar"u8) ? CauseCatalog.Archive : null,
    };

    private static Cause? FindTelemetry(ReadOnlySpan<byte> content)
    {
        if (OtlpSignal.IsIn(content))
            return CauseCatalog.OtherSignal;
        if (OtherTracers.IsZipkin(content))
            return CauseCatalog.Zipkin;
        if (OtherTracers.IsJaeger(content))
            return CauseCatalog.Jaeger;

        var start = content[..Math.Min(content.Length, Looked)];
        return start switch
        {
            [(>= 0x90 and <= 0x9F) or 0xDC or 0xDD, ..] when Holds(start, "trace_id") && Holds(start, "span_id") && Holds(start, "duration") => CauseCatalog.Datadog,
            _ when IsForwarded(start) => CauseCatalog.Fluentd,
            _ => TextClassifier.HasControls(start) && Holds(start, "__name__") ? CauseCatalog.Prometheus : null,
        };
    }

    /// <summary>MessagePack: an array of a tag, which is text, and of entries, a time, or packed entries.</summary>
    private static bool IsForwarded(ReadOnlySpan<byte> start)
    {
        if (start is not [>= 0x92 and <= 0x94, >= 0xA1 and <= 0xBF, ..])
            return false;

        var length = start[1] & 0x1F;
        var rest = start[2..];
        return rest.Length > length && TextClassifier.IsText(rest[..length])
            && rest[length] is (>= 0x90 and <= 0x9F) or 0xDC or 0xDD or 0xD7 or 0xCE or (>= 0xC4 and <= 0xC6);
    }

    private static bool Holds(ReadOnlySpan<byte> bytes, string text) => bytes.IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) >= 0;
}
