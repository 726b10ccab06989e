using System.Globalization;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.DeadLetters;

/// <summary>
/// Decides when an incident is reported: at once, every five minutes while it lasts, and when it is over. One for the whole
/// process, so that a cause that stops all partitions is one incident.
/// </summary>
/// <param name="endpoint">The address that is sent to.</param>
/// <param name="maxSpanAge">Relay__MaxSpanAge.</param>
internal sealed class IncidentWatch(string endpoint, TimeSpan maxSpanAge, TimeProvider time)
{
    /// <summary>One cause is reported at most this often; its end is always reported.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(FailureKind, VaultFailure, int?), Cause> _causes = [];

    /// <summary>A batch is held.</summary>
    /// <returns>What to report; null when it is not an incident, or was reported recently.</returns>
    public DeadLetter? NoteHeld(string partition, long events, Response reason)
    {
        if (!NeedsFix(reason))
            return null;

        var now = time.GetUtcNow();
        lock (_lock)
        {
            var key = KeyOf(reason);
            if (!_causes.TryGetValue(key, out var cause))
                _causes[key] = cause = new Cause();
            cause.Since ??= now;
            cause.Response = reason;
            cause.Waiting[partition] = events;
            if (now < cause.NextReport)
                return null;

            cause.NextReport = now + Interval;
            cause.IsReported = true;
            return LetterFrom(new Incident(cause.Since.Value, Until: null, cause.Waiting.Values.Sum()), reason, now);
        }
    }

    /// <summary>Dynatrace processed a request: token and address work.</summary>
    /// <returns>Reported incidents that are over.</returns>
    public IReadOnlyList<DeadLetter> NotePassed()
    {
        lock (_lock)
        {
            if (_causes.Count == 0)
                return [];

            var now = time.GetUtcNow();
            var over = new List<DeadLetter>();
            foreach (var (key, cause) in _causes.ToList())
            {
                if (cause is { IsReported: true, Since: { } since })
                    over.Add(LetterFrom(new Incident(since, now, cause.Waiting.Values.Sum()), cause.Response!, now));
                if (now >= cause.NextReport)
                    _causes.Remove(key);
                else
                    (cause.Since, cause.IsReported, cause.Waiting) = (null, false, []); // Kept for the time of its last report: it may return at once.
            }

            return over;
        }
    }

    private DeadLetter LetterFrom(Incident incident, Response response, DateTimeOffset now) => new()
    {
        Id = LetterBlob.CreateId(DateOnly.FromDateTime(now.UtcDateTime), incident.IsOver ? NameOf(response, now) + "-over" : NameOf(response, now)),
        At = now,
        Incident = incident,
        Response = response,
        Endpoint = endpoint,
        MaxSpanAge = maxSpanAge,
    };

    private static (FailureKind, VaultFailure, int?) KeyOf(Response reason) => (reason.Failure, reason.Vault, reason.Status);

    /// <summary>Waiting does not help: someone has to fix the token, the address, the certificate or a permission.</summary>
    private static bool NeedsFix(Response reason) => reason.Outcome == Outcome.Blocked
        || reason.Vault is VaultFailure.Forbidden or VaultFailure.SecretMissing or VaultFailure.SecretDisabled or VaultFailure.NotAToken;

    /// <summary>The same for all instances of the app within five minutes, so that they overwrite one record.</summary>
    private static string NameOf(Response response, DateTimeOffset now)
    {
        var slot = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Interval.Ticks), TimeSpan.Zero);
        var cause = response switch
        {
            { Status: { } status } => status.ToString(CultureInfo.InvariantCulture),
            { Failure: FailureKind.NoToken } => $"vault-{response.Vault}",
            _ => response.Failure.ToString(),
        };
        return string.Create(CultureInfo.InvariantCulture, $"incident-{slot:HHmm}-{cause.ToLowerInvariant()}");
    }

    private sealed class Cause
    {
        public DateTimeOffset? Since { get; set; }

        public DateTimeOffset NextReport { get; set; }

        public bool IsReported { get; set; }

        public Response? Response { get; set; }

        public Dictionary<string, long> Waiting { get; set; } = [];
    }
}
