namespace SpanRelay.Local;

/// <summary>
/// Part of the local system cannot start or continue. The message says what, where, which setting or file, and what to do next;
/// it holds no secret.
/// </summary>
public class LocalSystemException(string message, Exception? innerException = null) : Exception(message, innerException);
