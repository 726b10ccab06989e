using System.Globalization;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;

namespace SpanRelay.DeadLetters;

/// <summary>
/// Decides when an incident is told of: at once, again every five minutes while it lasts, and when it is over. One for the
/// whole process, so that a cause that stops every partition is one incident.
/// </summary>
internal sealed class IncidentWatch(TimeProvider time)
{
    /// <summary>Of one cause no more is told than once in this time, but for its end.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(FailureKind, int?), Cause> _causes = [];

    /// <summary>A batch is held.</summary>
    /// <returns>What to tell; null where it is no incident, or was told of lately.</returns>
    public IncidentReport? NoteHeld(string partition, long events, Response reason)
    {
        if (!NeedsMending(reason))
            return null;

        var now = time.GetUtcNow();
        lock (_lock)
        {
            var key = (reason.Failure, reason.Status);
            if (!_causes.TryGetValue(key, out var cause))
                _causes[key] = cause = new Cause();
            cause.Since ??= now;
            cause.Response = reason;
            cause.Waiting[partition] = events;
            if (now < cause.NextReport)
                return null;

            cause.NextReport = now + Interval;
            cause.IsTold = true;
            return new IncidentReport(IdOf(reason, now), new Incident(cause.Since.Value, Until: null, cause.Waiting.Values.Sum()), reason);
        }
    }

    /// <summary>A request was looked at by Dynatrace: token and address are good.</summary>
    /// <returns>What is over and was told of.</returns>
    public IReadOnlyList<IncidentReport> NotePassed()
    {
        lock (_lock)
        {
            if (_causes.Count == 0)
                return [];

            var now = time.GetUtcNow();
            var over = new List<IncidentReport>();
            foreach (var (key, cause) in _causes.ToList())
            {
                if (cause is { IsTold: true, Since: { } since })
                    over.Add(new IncidentReport(IdOf(cause.Response!, now) + "-over", new Incident(since, now, cause.Waiting.Values.Sum()), cause.Response!));
                if (now >= cause.NextReport)
                    _causes.Remove(key);
                else
                    (cause.Since, cause.IsTold, cause.Waiting) = (null, false, []); // Kept for when it was told of: it may come back at once.
            }

            return over;
        }
    }

    /// <summary>It could not be told: the next time is at once.</summary>
    public void TakeBack(IncidentReport report)
    {
        lock (_lock)
        {
            var key = (report.Response.Failure, report.Response.Status);
            if (!_causes.TryGetValue(key, out var cause))
                _causes[key] = cause = new Cause { Response = report.Response };
            cause.NextReport = DateTimeOffset.MinValue;
            if (report.Incident.IsOver)
                (cause.Since, cause.IsTold) = (cause.Since ?? report.Incident.Since, true);
        }
    }

    /// <summary>Waiting does not help: the token, the address, the certificate or a permission has to be put right.</summary>
    private static bool NeedsMending(Response reason) => reason.Outcome == Outcome.Blocked
        || reason.Failure is FailureKind.VaultForbidden or FailureKind.SecretMissing or FailureKind.SecretDisabled or FailureKind.SecretIsNoToken;

    /// <summary>The same for all instances of the app within five minutes: what they tell of one cause is one record.</summary>
    private static string IdOf(Response answer, DateTimeOffset now)
    {
        var slot = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Interval.Ticks), TimeSpan.Zero);
        var cause = answer.Status is { } status ? status.ToString(CultureInfo.InvariantCulture) : answer.Failure.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"incident-{slot:yyyyMMdd'T'HHmm}-{cause.ToLowerInvariant()}");
    }

    private sealed class Cause
    {
        public DateTimeOffset? Since { get; set; }

        public DateTimeOffset NextReport { get; set; }

        public bool IsTold { get; set; }

        public Response? Response { get; set; }

        public Dictionary<string, long> Waiting { get; set; } = [];
    }
}

/// <summary>What to tell of an incident.</summary>
/// <param name="Response">What the held request was answered, or why it was not sent.</param>
internal sealed record IncidentReport(string Id, Incident Incident, Response Response);
