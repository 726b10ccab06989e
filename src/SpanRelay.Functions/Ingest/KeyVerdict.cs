namespace SpanRelay.Functions.Ingest;

public enum KeyVerdict
{
    Valid,
    Invalid,

    /// <summary>The host could not be asked.</summary>
    Unknown,
}
