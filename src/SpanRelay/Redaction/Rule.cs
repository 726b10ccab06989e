namespace SpanRelay.Redaction;

/// <summary>The built-in rules that reports count by. Detectors and patterns follow, by name.</summary>
internal enum Rule
{
    CredentialKeys,
    Content,
    ContentUnknown,
    QueryText,
    AllowOnly,
    Drop,
    Hash,
    Mask,
    Truncate,
}
