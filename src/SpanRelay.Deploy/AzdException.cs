namespace SpanRelay.Deploy;

/// <summary>azd could not be run, or failed.</summary>
internal sealed class AzdException(string message) : Exception(message);
