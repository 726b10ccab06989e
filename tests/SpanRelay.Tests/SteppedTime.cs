namespace SpanRelay.Tests;

/// <summary>
/// Time that goes on by itself when all that could happen now has happened: from timer to timer, without waiting. What waits
/// for an answer keeps it from going on, unless that answer is known not to come.
/// </summary>
internal sealed class SteppedTime(DateTimeOffset start) : TimeProvider
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly List<TimeSpan> _waits = [];
    private DateTimeOffset _now = start;
    private int _timedOut;

    /// <summary>The delays that went by, in order; time-outs are not among them.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
                return [.. _waits];
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public void Advance(TimeSpan by)
    {
        lock (_lock)
            _now += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time go on until the task is done.</summary>
    /// <param name="unanswered">How many requests there were so far whose answers do not come before they time out.</param>
    /// <param name="graceMilliseconds">Real time that what was sent before such a silence gets to arrive.</param>
    public async Task<T> RunAsync<T>(Task<T> task, Func<int>? unanswered = null, int graceMilliseconds = 0)
    {
        var quiet = 0;
        while (!task.IsCompleted)
        {
            var due = Next(unanswered?.Invoke() ?? 0);
            if (due is not null && (due.IsWait || quiet++ >= graceMilliseconds))
            {
                quiet = 0;
                Fire(due);
            }
            else
            {
                await Task.WhenAny(task, Task.Delay(Poll, System));
            }
        }

        return await task;
    }

    private Timer? Next(int unanswered)
    {
        lock (_lock)
            return _timers.Count(timer => !timer.IsWait) > unanswered - _timedOut ? null : _timers.MinBy(timer => timer.Due);
    }

    private void Fire(Timer timer)
    {
        lock (_lock)
        {
            if (!_timers.Remove(timer))
                return;
            if (timer.IsWait)
                _waits.Add(timer.Length);
            else
                _timedOut++;
            _now = timer.Due > _now ? timer.Due : _now;
        }

        timer.Callback(timer.State);
    }

    private sealed class Timer(SteppedTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimerCallback Callback => callback;

        public object? State => state;

        public DateTimeOffset Due { get; private set; }

        public TimeSpan Length { get; private set; }

        /// <summary>A delay, and not what ends something else that takes too long.</summary>
        public bool IsWait => state is not CancellationTokenSource;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Length = dueTime;
                Due = time._now + dueTime;
                time._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._lock)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
