namespace SpanRelay.Pipeline;

/// <summary>Where an event's export, or a piece of it, lies in a request.</summary>
/// <param name="FirstSpan">The position of the part's first span among the event's spans that are sent.</param>
internal readonly record struct RequestPart(EventInBatch Event, int Start, int Length, int FirstSpan, int Spans);
