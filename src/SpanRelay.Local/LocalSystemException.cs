namespace SpanRelay.Local;

/// <summary>
/// Something local cannot start or cannot go on. The message says what, where, which setting or file, and what to do next;
/// it holds no secret.
/// </summary>
public sealed class LocalSystemException(string message, Exception? innerException = null) : Exception(message, innerException);
