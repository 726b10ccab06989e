namespace SpanRelay.Fakes.Dynatrace;

/// <summary>A fault of a request.</summary>
public sealed record Fault
{
    /// <summary>The status to respond with; null, the default, for the usual checks.</summary>
    public int? Status { get; init; }

    /// <summary>Body that goes with <see cref="Status"/>.</summary>
    public string Body { get; init; } = "";

    /// <summary>Content type of <see cref="Body"/>.</summary>
    public string ContentType { get; init; } = "application/json; charset=utf-8";

    /// <summary>Headers added to the answer, such as Retry-After.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The delay before the response, by the server's time provider.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Aborts the connection instead of responding.</summary>
    public FaultAbort Abort { get; init; }

    /// <summary>Reported as rejected in an otherwise good response; the spans are kept all the same.</summary>
    public long RejectedSpans { get; init; }

    /// <summary>The partial success's message.</summary>
    public string ErrorMessage { get; init; } = "";

    internal bool IsPartialSuccess => RejectedSpans > 0 || ErrorMessage.Length > 0;
}
