using SpanRelay.Tokens;

namespace SpanRelay.Fakes;

/// <summary>Lets waiters look at a condition again each time something happened, instead of polling it.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = Create();

    public void Raise() => Interlocked.Exchange(ref _next, Create()).SetResult();

    public async Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the look: what happens after the look ends the wait.
            var next = Volatile.Read(ref _next).Task;
            if (condition())
                return;
            await next.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
