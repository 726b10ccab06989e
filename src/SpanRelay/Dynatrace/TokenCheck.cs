using Microsoft.Extensions.Logging;
using SpanRelay.Telemetry;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>
/// Checks the token in use: when it expires, by the secret's date and by Dynatrace's (the earlier counts), and whether it may
/// send spans. Warns once a day.
/// </summary>
public sealed class TokenCheck(TokenSource source, TokenApi api, TokenOptions options, TimeProvider time, ILogger<TokenCheck> log)
{
    public const string ClassicScope = "openTelemetryTrace.ingest";

    /// <summary>Needed besides with <c>GenAi__Metrics</c>; a platform token needs <see cref="PlatformMetricsScope"/>.</summary>
    public const string ClassicMetricsScope = "metrics.ingest";

    public const string PlatformMetricsScope = "openpipeline:metrics:ingest";

    /// <summary>With less than this left, a warning is logged.</summary>
    public static readonly TimeSpan WarnsFrom = TimeSpan.FromDays(14);

    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    /// <summary>After a lookup that got no response, or a temporary failure.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(5);

    private TokenVersion? _lookedUp;
    private DateTimeOffset _nextLookUp;
    private string? _lookUpProblem;
    private DateTimeOffset _nextWarning;
    private DateTimeOffset? _expiresInDynatrace;

    /// <summary>Checks now and at every refresh, until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await CheckSafelyAsync(stopping);
            await Task.Delay(options.Refresh, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CheckSafelyAsync(CancellationToken stopping)
    {
        try
        {
            await CheckAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.UpkeepFailed(e); // A bug; the warnings must not end unseen.
        }
    }

    /// <returns>Days until the token expires; null when neither the secret nor Dynatrace has a date.</returns>
    public async Task<double?> CheckAsync(CancellationToken cancellationToken)
    {
        if (await source.GetAsync(cancellationToken) is not { } token)
            return null;

        var now = time.GetUtcNow();
        if (token != _lookedUp || now >= _nextLookUp)
        {
            if (token != _lookedUp)
                (_nextWarning, _expiresInDynatrace) = (now, null);
            var isAnswered = await LookUpAsync(token, cancellationToken);
            (_lookedUp, _nextLookUp) = (token, now + (isAnswered ? Daily : RetryInterval));
        }

        var expires = Earlier(token.ExpiresOn, _expiresInDynatrace);
        var daysLeft = (expires - now)?.TotalDays;
        if (daysLeft is { } days)
            RelayMetrics.TokenDaysLeft.Record(days);
        if (expires - now <= WarnsFrom && now >= _nextWarning)
        {
            _nextWarning = now + Daily;
            log.ExpiresSoon((int)Math.Floor(daysLeft!.Value), token, NextStep);
        }

        return daysLeft;
    }

    private string NextStep => options.RotationSecret is null
        ? "Store a new token as a new version of the secret, or turn rotation on (Dynatrace__RotationTokenSecretUri)."
        : "Rotation should have replaced it: read its log messages, or run \"spanrelay token rotate\".";

    /// <returns>False when the lookup should be repeated soon.</returns>
    private async Task<bool> LookUpAsync(TokenVersion token, CancellationToken cancellationToken)
    {
        if (token.Token.IsPlatform)
            return true; // The lookup knows classic tokens only.

        try
        {
            var found = await api.LookUpAsync(token.Token, cancellationToken);
            _expiresInDynatrace = found.ExpirationDate;
            if (found.Enabled == false)
                log.Disabled(token);
            if (found.Scopes is { } scopes && !scopes.Contains(ClassicScope))
                log.ScopeMissing(ClassicScope, "sending spans needs", TokenDetails.Text(scopes), token);
            if (options.SendsMetrics && found.Scopes is { } granted && !granted.Contains(ClassicMetricsScope))
                log.ScopeMissing(ClassicMetricsScope, "sending metrics (GenAi__Metrics) needs", TokenDetails.Text(granted), token);
            return true;
        }
        catch (TokenApiException e)
        {
            var problem = e.Status is { } status ? $"status {status}." : e.Message;
            if (problem != _lookUpProblem)
                log.LookupRefused(token, problem);
            _lookUpProblem = problem;
            return e.Status is >= 400 and < 500 and not (408 or 429);
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one < other || other is null ? one : other;
}
