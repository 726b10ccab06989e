namespace SpanRelay.Functions.Invocations;

/// <summary>
/// What the Functions host takes for success: a 2xx with this as JSON. An empty body would leave the invocation hanging
/// until the function's timeout.
/// </summary>
/// <param name="Logs">Lines for the invocation's log.</param>
internal sealed record InvocationReply(IReadOnlyList<string> Logs)
{
    public IReadOnlyDictionary<string, string> Outputs { get; } = new Dictionary<string, string>();

    public string? ReturnValue { get; }
}
