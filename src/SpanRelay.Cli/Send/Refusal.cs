namespace SpanRelay.Cli.Send;

/// <summary>Why an event was not taken.</summary>
/// <param name="Status">What refusals are counted by: an HTTP status, or the client's reason.</param>
/// <param name="Detail">What the door answered, on one line; null for nothing.</param>
internal sealed record Refusal(string Status, string? Detail = null);
