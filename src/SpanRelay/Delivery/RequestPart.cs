namespace SpanRelay.Delivery;

/// <summary>Where an event's export, or a piece of it, lies in a request.</summary>
public readonly record struct RequestPart(int EventIndex, int Start, int Length, int Spans);
