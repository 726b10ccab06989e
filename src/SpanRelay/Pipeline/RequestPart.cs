namespace SpanRelay.Pipeline;

/// <summary>Where an event's export, or a piece of it, lies in a request.</summary>
/// <param name="FirstSpan">Of the event's spans that are sent, the place of the first one here.</param>
internal readonly record struct RequestPart(EventInBatch Event, int Start, int Length, int FirstSpan, int Spans);
