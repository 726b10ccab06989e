namespace SpanRelay.DeadLetters;

/// <summary>The storage account did not do what it was asked. The message says why and what to do; it holds no secret.</summary>
public sealed class DeadLetterStoreException(string message, Exception? inner = null) : Exception(message, inner);
