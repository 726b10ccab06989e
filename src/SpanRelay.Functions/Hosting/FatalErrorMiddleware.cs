using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace SpanRelay.Functions.Hosting;

/// <summary>
/// Reports the failures that the worker's library leaves unanswered. It takes an exception for fatal when this or an inner one is of certain
/// types, and then the host waits for an answer until the function times out, while the partition stands still.
/// </summary>
internal sealed class FatalErrorMiddleware : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (Causes(e).Any(IsMemory))
        {
            // Without the cause, but of a type that the library answers.
            throw new InsufficientMemoryException("The memory of this instance ran out during an invocation, and the host repeats it. If this recurs, deploy larger instances (APP_MEMORY_MB).");
        }
        catch (Exception e) when (Causes(e).Any(IsFatal))
        {
            throw new InvalidOperationException($"An invocation failed with {OneLine.From(e.ToString(), 4_000)}");
        }
    }

    private static bool IsMemory(Exception exception) => exception is OutOfMemoryException and not InsufficientMemoryException;

    private static bool IsFatal(Exception exception) =>
        exception is BadImageFormatException or InvalidProgramException or AccessViolationException or ThreadAbortException or AppDomainUnloadedException or CannotUnloadAppDomainException;

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}
