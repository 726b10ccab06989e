namespace SpanRelay.Redaction.Detectors.Json;

/// <summary>What to replace, and how the replacement must be written there.</summary>
/// <param name="Start">In the text.</param>
/// <param name="End">In the text.</param>
/// <param name="Detector">Whose replacement.</param>
/// <param name="Level">How many JSON strings it stands inside of, one in the other; each escapes it once.</param>
/// <param name="Quoted">Whether it stands for a whole value: then quotes, which are escaped too, go around it.</param>
internal readonly record struct JsonEdit(int Start, int End, int Detector, int Level, bool Quoted);
