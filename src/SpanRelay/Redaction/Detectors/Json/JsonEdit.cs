namespace SpanRelay.Redaction.Detectors.Json;

/// <summary>A range to replace, and how to write the replacement.</summary>
/// <param name="Start">Start of the range in the text.</param>
/// <param name="End">End of the range in the text.</param>
/// <param name="Detector">The detector whose replacement is written.</param>
/// <param name="Level">How many nested JSON strings contain it; each escapes it once.</param>
/// <param name="Quoted">Whether it replaces a whole value and therefore needs quotes, escaped as well.</param>
internal readonly record struct JsonEdit(int Start, int End, int Detector, int Level, bool Quoted);
