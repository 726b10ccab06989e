using Microsoft.Extensions.Logging;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>
/// Looks at the token in use: how long it lasts, by the secret's expiry and by Dynatrace's own (the earlier counts), and whether
/// it may send spans. Warns once a day.
/// </summary>
public sealed class TokenCheck(TokenSource source, TokenApi api, TokenOptions options, TokenMetrics metrics, TimeProvider time, ILogger<TokenCheck> log)
{
    public const string ClassicScope = "openTelemetryTrace.ingest";

    /// <summary>With less than this left, it is warned of.</summary>
    public static readonly TimeSpan WarnsFrom = TimeSpan.FromDays(14);

    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    private TokenVersion? _lookedUp;
    private DateTimeOffset _nextLookUp;
    private DateTimeOffset _nextWarning;
    private DateTimeOffset? _expiresInDynatrace;

    /// <summary>Looks now and at every refresh, until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await ((Task)CheckAsync(stopping)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(options.Refresh, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Days until the token expires; null when nobody says.</returns>
    public async Task<double?> CheckAsync(CancellationToken cancellationToken)
    {
        if (await source.GetAsync(cancellationToken) is not { } token)
            return null;

        var now = time.GetUtcNow();
        if (token != _lookedUp || now >= _nextLookUp)
        {
            if (token != _lookedUp)
                (_nextWarning, _expiresInDynatrace) = (now, null);
            (_lookedUp, _nextLookUp) = (token, now + Daily);
            await LookUpAsync(token, cancellationToken);
        }

        var expires = Earlier(token.ExpiresOn, _expiresInDynatrace);
        var daysLeft = (expires - now)?.TotalDays;
        metrics.SetDaysLeft(daysLeft);
        if (expires - now <= WarnsFrom && now >= _nextWarning)
        {
            _nextWarning = now + Daily;
            log.ExpiresSoon((int)Math.Floor(daysLeft!.Value), token, NextStep);
        }

        return daysLeft;
    }

    private string NextStep => options.RotationSecret is null
        ? "Store a new token as a new version of the secret, or let it be rotated: Dynatrace__RotationTokenSecretUri."
        : "Rotation should have replaced it: see its messages, or run \"spanrelay token rotate\".";

    private async Task LookUpAsync(TokenVersion token, CancellationToken cancellationToken)
    {
        if (token.Token.IsPlatform)
            return; // The lookup knows classic tokens only.

        try
        {
            var found = await api.LookUpAsync(token.Token, cancellationToken);
            _expiresInDynatrace = found.ExpirationDate;
            if (found.Enabled == false)
                log.Disabled(token);
            if (found.Scopes is { } scopes && !scopes.Contains(ClassicScope))
                log.ScopeMissing(ClassicScope, string.Join(", ", scopes), token);
        }
        catch (TokenApiException e)
        {
            log.LookupRefused(token, e.Status is { } status ? $"status {status}." : e.Message);
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one < other || other is null ? one : other;
}
