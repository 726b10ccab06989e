namespace SpanRelay.Otlp;

/// <summary>The form in which an event held its spans: an encoding, and what it was wrapped in.</summary>
[Flags]
public enum PayloadForm
{
    /// <summary>Nothing was read.</summary>
    None = 0,

    Protobuf = 1,
    Json = 1 << 1,

    /// <summary>Field names as in the .proto file.</summary>
    SnakeCase = 1 << 2,

    /// <summary>Several exports: JSON lines, or an array.</summary>
    Several = 1 << 3,

    /// <summary>ResourceSpans, ScopeSpans or a span without the messages around it.</summary>
    Part = 1 << 4,

    /// <summary>Instrumentation libraries, as scopes were called before release 0.15 of the protocol.</summary>
    OldScopes = 1 << 5,

    Gzip = 1 << 6,
    Zlib = 1 << 7,
    Deflate = 1 << 8,
    Zstd = 1 << 9,
    Utf16 = 1 << 10,
    Base64 = 1 << 11,

    /// <summary>Text inside a JSON string.</summary>
    Quoted = 1 << 12,
    CloudEvent = 1 << 13,

    /// <summary>Kafka Connect's JSON envelope of schema and payload.</summary>
    ConnectEnvelope = 1 << 14,
    Grpc = 1 << 15,
    LengthDelimited = 1 << 16,

    /// <summary>A schema registry's prefix.</summary>
    SchemaId = 1 << 17,
}

public static class PayloadFormText
{
    // Each event chooses its combination: more distinct names than a metric should have.
    private const int MostParts = 3;

    private static readonly (PayloadForm Form, string Name)[] Parts =
    [
        (PayloadForm.Grpc, "grpc"),
        (PayloadForm.LengthDelimited, "length-delimited"),
        (PayloadForm.SchemaId, "schema-id"),
        (PayloadForm.CloudEvent, "cloudevent"),
        (PayloadForm.ConnectEnvelope, "connect"),
        (PayloadForm.Gzip, "gzip"),
        (PayloadForm.Zlib, "zlib"),
        (PayloadForm.Deflate, "deflate"),
        (PayloadForm.Zstd, "zstd"),
        (PayloadForm.Quoted, "quoted"),
        (PayloadForm.Base64, "base64"),
        (PayloadForm.Utf16, "utf16"),
        (PayloadForm.Several, "several"),
        (PayloadForm.Part, "part"),
        (PayloadForm.OldScopes, "old-scopes"),
        (PayloadForm.SnakeCase, "snake-case"),
        (PayloadForm.Json, "json"),
        (PayloadForm.Protobuf, "protobuf"),
    ];

    /// <summary>Its name in metrics, such as <c>gzip+protobuf</c>; <c>other</c> for a combination of more than three parts.</summary>
    public static string Name(this PayloadForm form) => form switch
    {
        PayloadForm.Protobuf => "protobuf",
        PayloadForm.Json => "json",
        PayloadForm.Gzip | PayloadForm.Protobuf => "gzip+protobuf",
        PayloadForm.None => "unread",
        _ => int.PopCount((int)form) > MostParts ? "other" : string.Join('+', Parts.Where(part => form.HasFlag(part.Form)).Select(part => part.Name)),
    };
}
