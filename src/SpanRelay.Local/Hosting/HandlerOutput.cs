namespace SpanRelay.Local.Hosting;

/// <summary>A line the handler wrote, as it wrote it.</summary>
/// <param name="Line">Without its line break.</param>
/// <param name="IsError">From standard error.</param>
public readonly record struct HandlerOutput(string Line, bool IsError);
