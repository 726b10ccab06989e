using SpanRelay.Buffers;

namespace SpanRelay.Pipeline;

/// <summary>Limits how many events the whole process decodes and redacts at once, and so the memory that takes.</summary>
internal static class EventTurns
{
    private static readonly SemaphoreSlim Free = new(ProcessMemory.EventsAtOnce);

    /// <summary>Waits for a turn, which ends when the result is disposed.</summary>
    public static async ValueTask<Turn> TakeAsync(CancellationToken cancellationToken)
    {
        await Free.WaitAsync(cancellationToken);
        return default;
    }

    public readonly struct Turn : IDisposable
    {
        public void Dispose() => Free.Release();
    }
}
