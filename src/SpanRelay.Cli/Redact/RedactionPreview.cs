using SpanRelay.Redaction;

namespace SpanRelay.Cli.Redact;

/// <summary>The result of redacting one payload.</summary>
internal sealed record RedactionPreview
{
    public required int Spans { get; init; }

    public required IReadOnlyList<PreviewedChange> Changes { get; init; }

    /// <summary>How often each rule applied; rules that did not are left out.</summary>
    public required IReadOnlyDictionary<string, int> Rules { get; init; }

    /// <summary>Among the changes: what was missing for Dynatrace's AI Observability.</summary>
    public required int AttributesAdded { get; init; }

    public required int UnknownFieldsRemoved { get; init; }

    /// <summary>Size as uncompressed protobuf.</summary>
    public required int BytesBefore { get; init; }

    public required int BytesAfter { get; init; }
}

/// <param name="Where">The kind of message: resource, scope, span, event, link or status.</param>
/// <param name="Span">The span's name before redaction; null for resources and scopes.</param>
/// <param name="What">The attribute's key or the member's path; for other texts, the field.</param>
/// <param name="Before">Null when added.</param>
/// <param name="After">Null when dropped.</param>
internal sealed record PreviewedChange(string Where, string? Span, string What, string Rule, string? Before, string? After);
