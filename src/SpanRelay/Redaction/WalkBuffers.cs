using SpanRelay.Buffers;

namespace SpanRelay.Redaction;

/// <summary>The buffers that a walk writes to; the caller owns them.</summary>
/// <param name="Output">Receives the redacted message.</param>
/// <param name="Path">Scratch: the path of the attribute at hand.</param>
/// <param name="Text">Scratch: the text at hand, rewritten.</param>
/// <param name="Repaired">Scratch: the text at hand as UTF-8.</param>
internal readonly record struct WalkBuffers(PooledBuffer Output, PooledBuffer Path, PooledBuffer Text, PooledBuffer Repaired);
