namespace SpanRelay.Dynatrace;

/// <summary>What a response body is, by its bytes. It tells Dynatrace from a proxy in front of it.</summary>
public enum ResponseForm
{
    Empty,
    Json,
    Protobuf,
    Html,
    Text,
    Binary,
}
