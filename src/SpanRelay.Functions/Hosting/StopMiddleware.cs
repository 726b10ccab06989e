using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace SpanRelay.Functions.Hosting;

/// <summary>Counts each invocation while it runs, and hands it a token that a stop of the process cancels too.</summary>
internal sealed class StopMiddleware(InvocationsInFlight invocations) : IFunctionsWorkerMiddleware
{
    private static readonly object Key = new();

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, invocations.Stopping);
        context.Items[Key] = either;
        invocations.Begin();
        try
        {
            await next(context);
        }
        finally
        {
            invocations.End();
        }
    }

    /// <summary>Cancelled by the host's cancellation of the invocation, or by a stop of the process.</summary>
    public static CancellationToken TokenOf(FunctionContext context) => ((CancellationTokenSource)context.Items[Key]).Token;
}
