namespace SpanRelay.Cli.Send;

/// <summary>What is sent as one event.</summary>
/// <param name="Name">The file's; null for sample traffic.</param>
/// <param name="Body">Empty where there is a problem.</param>
/// <param name="Spans">How many spans it holds, as far as it can be read.</param>
/// <param name="Problem">Why it cannot be sent through this door.</param>
internal readonly record struct OutgoingEvent(string? Name, ReadOnlyMemory<byte> Body, int Spans, string? Problem = null);
