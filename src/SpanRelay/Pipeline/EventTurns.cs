using System.Diagnostics;
using SpanRelay.Buffers;
using SpanRelay.Telemetry;

namespace SpanRelay.Pipeline;

/// <summary>Limits how many events the whole process decodes and redacts at once, and so the memory that takes.</summary>
internal static class EventTurns
{
    /// <summary>What is larger keeps its turn for as long as it is held.</summary>
    internal const int MaxSmall = 4 * 1024 * 1024;

    private static readonly SemaphoreSlim Free = new(ProcessMemory.EventsAtOnce);

    /// <summary>Waits for a turn, which ends when the result is disposed.</summary>
    public static async ValueTask<Turn> TakeAsync(CancellationToken cancellationToken)
    {
        if (!Free.Wait(0, cancellationToken))
        {
            var start = Stopwatch.GetTimestamp();
            await Free.WaitAsync(cancellationToken);
            RelayMetrics.TurnWait.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return new Turn();
    }

    public sealed class Turn : IDisposable
    {
        private bool _hasEnded;

        /// <summary>Ends the turn before the event is written and released, unless its <paramref name="bytes"/> take much memory.</summary>
        public void EndUnlessLarge(int bytes)
        {
            if (bytes <= MaxSmall)
                Dispose();
        }

        public void Dispose()
        {
            if (!_hasEnded)
                Free.Release();
            _hasEnded = true;
        }
    }
}
