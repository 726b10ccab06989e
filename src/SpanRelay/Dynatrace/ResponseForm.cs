namespace SpanRelay.Dynatrace;

/// <summary>What an answer's body is, by its bytes. It tells Dynatrace from what stands before it.</summary>
public enum ResponseForm
{
    Empty,
    Json,
    Protobuf,
    Html,
    Text,
    Binary,
}
