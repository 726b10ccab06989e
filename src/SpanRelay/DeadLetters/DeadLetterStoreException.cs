namespace SpanRelay.DeadLetters;

/// <summary>A call of the storage account failed. The message says why and what to do; it holds no secret.</summary>
public sealed class DeadLetterStoreException(string message, Exception? inner = null) : Exception(message, inner);
