using System.Globalization;
using NCrontab;

namespace SpanRelay.Local.Host.Timers;

/// <summary>When a timer is due: an NCRONTAB expression of five or six fields in UTC, or an interval.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule? _cron;
    private readonly TimeSpan _interval;

    private TimerSchedule(CrontabSchedule? cron, TimeSpan interval) => (_cron, _interval) = (cron, interval);

    /// <exception cref="LocalSystemException">It is neither.</exception>
    public static TimerSchedule Parse(string text, string function)
    {
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero) return new TimerSchedule(null, interval);
        var hasSeconds = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6;
        return CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = hasSeconds }) is { } cron
            ? new TimerSchedule(cron, TimeSpan.Zero)
            : throw new LocalSystemException($"{function}: the schedule \"{text}\" is not valid. Write six fields (second, minute, hour, day, month, day of week), as in \"0 30 3 * * *\".");
    }

    public DateTimeOffset Next(DateTimeOffset after) =>
        _cron is null ? after + _interval : new DateTimeOffset(_cron.GetNextOccurrence(after.UtcDateTime), TimeSpan.Zero);
}
