namespace SpanRelay.Fakes.Dynatrace;

/// <summary>What goes wrong with a request.</summary>
public sealed record Fault
{
    /// <summary>Answered instead of looking at the request; null, the default, leaves the request to the usual checks.</summary>
    public int? Status { get; init; }

    /// <summary>Body that goes with <see cref="Status"/>.</summary>
    public string Body { get; init; } = "";

    /// <summary>Content type of <see cref="Body"/>.</summary>
    public string ContentType { get; init; } = "application/json; charset=utf-8";

    /// <summary>Headers added to the answer, such as Retry-After.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Waited before the answer, by the server's time provider.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Breaks the connection off instead of answering.</summary>
    public FaultAbort Abort { get; init; }

    /// <summary>Claimed as rejected in an otherwise good answer; the spans are kept all the same.</summary>
    public long RejectedSpans { get; init; }

    /// <summary>The partial success's message.</summary>
    public string ErrorMessage { get; init; } = "";

    internal bool IsPartialSuccess => RejectedSpans > 0 || ErrorMessage.Length > 0;
}
