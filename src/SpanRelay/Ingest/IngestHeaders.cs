using SpanRelay.Otlp;

namespace SpanRelay.Ingest;

/// <summary>The headers of an OTLP/HTTP request.</summary>
/// <param name="ContentType">The header's value; null without one.</param>
/// <param name="ContentEncoding">The header's value; null without one.</param>
/// <param name="ContentLength">Null where the sender does not say.</param>
public sealed record IngestHeaders(string? ContentType, string? ContentEncoding, long? ContentLength = null)
{
    // What says how an export is written in its encoding, and not what it is wrapped in.
    private const PayloadForm Spelling = PayloadForm.SnakeCase | PayloadForm.Several | PayloadForm.Part | PayloadForm.OldScopes;

    /// <summary>The encoding of the reply too, as far as there is one.</summary>
    public bool IsJson => Encoding != PayloadForm.Protobuf;

    private PayloadForm Encoding => (ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "application/x-protobuf" or "application/protobuf" => PayloadForm.Protobuf,
        "application/json" => PayloadForm.Json,
        _ => PayloadForm.None,
    };

    private PayloadForm? Compression => (ContentEncoding ?? "").Trim().ToLowerInvariant() switch
    {
        "" or "identity" => PayloadForm.None,
        "gzip" or "x-gzip" => PayloadForm.Gzip,
        "deflate" => PayloadForm.Zlib,
        "zstd" => PayloadForm.Zstd,
        _ => null,
    };

    /// <summary>The reply when a header names something unsupported; null otherwise.</summary>
    internal IngestReply? Unsupported()
    {
        if (Encoding == PayloadForm.None)
            return new IngestReply(415, "Content-Type takes application/x-protobuf or application/json.");
        return Compression is null ? new IngestReply(415, "Content-Encoding takes gzip, zstd, deflate or identity.") : null;
    }

    /// <summary>The reply when the bytes are something else than the headers say; null otherwise.</summary>
    internal IngestReply? Contradiction(PayloadForm form)
    {
        var found = form & ~Spelling;
        if (found == (Encoding | Compression))
            return null;

        var expected = (Encoding | Compression!.Value).Name();
        return new IngestReply(400, $"The headers say {expected} (Content-Type, Content-Encoding), but the body is {found.Name()}. Fix the headers.");
    }
}
