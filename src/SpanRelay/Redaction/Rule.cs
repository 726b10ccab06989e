namespace SpanRelay.Redaction;

/// <summary>The rules that reports count by, as far as they are always there. Detectors and patterns come behind, by their names.</summary>
internal enum Rule
{
    CredentialKeys,
    Content,
    AllowOnly,
    Drop,
    Hash,
    Mask,
    Truncate,
}
