namespace SpanRelay.Redaction;

/// <summary>What becomes of an attribute.</summary>
internal enum AttributeAction
{
    Keep,
    Drop,
    Hash,
    Mask,
}
