using SpanRelay.Tokens;

namespace SpanRelay.Fakes;

/// <summary>Makes waiters evaluate a condition again after each change, so that they need not poll.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = Create();

    public void Raise() => Interlocked.Exchange(ref _next, Create()).SetResult();

    public async Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the condition is evaluated: a change after that ends the wait.
            var next = Volatile.Read(ref _next).Task;
            if (condition())
                return;
            await next.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
