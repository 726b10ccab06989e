using SpanRelay.Local.Host.Worker;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host;

/// <summary>How an invocation ended, as the host sees it.</summary>
/// <param name="Failure">Null if it succeeded.</param>
/// <param name="ReturnValue">What the function returned, if anything.</param>
/// <param name="Logs">What it logged, in order.</param>
internal sealed record InvocationResult(RpcException? Failure, TypedData? ReturnValue, IReadOnlyList<string> Logs)
{
    public bool Succeeded => Failure is null;

    /// <summary>Why it failed; empty when it did not.</summary>
    public string Reason => Failure is null ? "" : FailureText.From(Failure);

    public static InvocationResult Failed(string reason, IReadOnlyList<string> logs) => new(new RpcException { Message = reason }, null, logs);

    /// <summary>Only Success counts: Cancelled has failed like Failure.</summary>
    public static InvocationResult From(InvocationResponse response, IReadOnlyList<string> logs) => response.Result?.Status switch
    {
        StatusResult.Types.Status.Success => new(null, response.ReturnValue, logs),
        StatusResult.Types.Status.Cancelled => new(response.Result.Exception ?? new RpcException { Message = "The invocation was cancelled." }, null, logs),
        _ => new(response.Result?.Exception ?? new RpcException { Message = "The worker gave no reason." }, null, logs),
    };
}
