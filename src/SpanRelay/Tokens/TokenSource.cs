using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpanRelay.Telemetry;

namespace SpanRelay.Tokens;

/// <summary>
/// The token to send with. It is kept in memory and refreshed in the background. A request waits for Key Vault only while there
/// is no token, and after Dynatrace refused the one it used. All waiting requests share one read.
/// </summary>
public sealed class TokenSource(TokenVault? vault, TokenOptions options, TimeProvider time, ILogger<TokenSource> log)
{
    /// <summary>However many requests Dynatrace refuses, Key Vault is read at most this often because of it.</summary>
    public static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly KnownTokens _known = new(time);
    private Task? _reading;
    private long? _lastReread;
    private volatile TokenVersion? _current = options.ApiToken is { } token ? new TokenVersion("setting", token, null) : null;
    private volatile TokenVersion? _lastAccepted;
    private volatile bool _newestWasRefused;

    /// <summary>For a token that is a setting: there is no vault.</summary>
    internal static TokenSource OfSetting(TokenOptions options, TimeProvider time) =>
        new(null, options, time, NullLogger<TokenSource>.Instance);

    /// <summary>The token in use; null until one is read.</summary>
    public TokenVersion? Current => _current;

    /// <summary>The token to send with; null when none could be read yet. <see cref="LastProblem"/> says why.</summary>
    public async ValueTask<TokenVersion?> GetAsync(CancellationToken cancellationToken)
    {
        if (_current is { } current)
            return current;

        await ReadSoonAsync().WaitAsync(cancellationToken);
        return _current;
    }

    /// <summary>The token with this text form; null when it is not known, or no longer.</summary>
    public TokenVersion? Find(string text)
    {
        if (_current is { } current && current.IsOf(text))
            return current;
        lock (_lock)
            return _known.FindByText(text);
    }

    /// <summary>Why the last read returned no token; empty when it did.</summary>
    public string LastProblem { get; private set; } = "";

    /// <summary>The kind of <see cref="LastProblem"/>.</summary>
    public VaultFailure LastFailure { get; private set; }

    /// <summary>
    /// Dynatrace refused this token (401 or 403): the secret is reread, unless that was done within the last
    /// <see cref="RereadInterval"/>.
    /// </summary>
    /// <returns>A token to send the request with once more: a newer version, or the one before; null when there is none.</returns>
    public async Task<TokenVersion?> ReplaceAsync(TokenVersion refused, CancellationToken cancellationToken)
    {
        if (vault is null)
            return null;

        if (Refuse(refused) is { } newest)
            return newest;
        await ReadSoonAsync().WaitAsync(cancellationToken);
        return Usable(refused);
    }

    /// <summary>Dynatrace accepted a request with this token.</summary>
    public void Accept(TokenVersion accepted)
    {
        if (ReferenceEquals(_lastAccepted, accepted) && !_newestWasRefused)
            return;

        var isNew = !ReferenceEquals(_lastAccepted, accepted);
        string? fallenBackFrom;
        lock (_lock)
        {
            _lastAccepted = accepted;
            _known.Accept(accepted);
            fallenBackFrom = _newestWasRefused && _known.Newest is { } newest && newest != accepted.Version && _known.WasRefused(newest)
                ? _known.Find(newest)?.ToString() ?? newest
                : null;
            _newestWasRefused = false;
        }

        if (fallenBackFrom is not null)
        {
            RelayMetrics.TokenFallbacks.Add(1);
            log.FallenBack(vault!.Secret, fallenBackFrom, accepted);
        }
        else if (isNew)
        {
            log.InUse(accepted);
        }
    }

    /// <summary>Reads the secret now and then at every interval, until stopped. While there is no token, every <see cref="RereadInterval"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        WarnOfSettings();
        while (vault is not null && !stopping.IsCancellationRequested)
        {
            await ReadOnceAsync().WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var pause = _current is null && options.Refresh > RereadInterval ? RereadInterval : options.Refresh;
            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void WarnOfSettings()
    {
        if (options.ApiToken?.HadPrefix == true)
            log.PrefixRemoved("Dynatrace__ApiToken", options.ApiToken);
        if (vault?.Secret.Version is { } version)
            log.VersionPinned(vault.Secret, version);
    }

    /// <returns>The newest version, if it differs: it was stored while the refused request was in flight.</returns>
    private TokenVersion? Refuse(TokenVersion refused)
    {
        lock (_lock)
        {
            if (refused.Version == _known.Newest && !_known.WasRefused(refused.Version))
                _newestWasRefused = true;
            _known.Refuse(refused);
            _current = _known.Best ?? _current;
            return Usable(refused) is { } best && best.Version == _known.Newest ? best : null;
        }
    }

    private TokenVersion? Usable(TokenVersion refused)
    {
        lock (_lock)
            return _known.Best is { } best && best.Token.Authorization.Parameter != refused.Token.Authorization.Parameter && _known.IsUsable(best) ? best : null;
    }

    /// <summary>Starts the read that a request waits for, or joins the one under way.</summary>
    private Task ReadSoonAsync()
    {
        lock (_lock)
        {
            if (_reading is { IsCompleted: false })
                return _reading;
            if (_lastReread is { } last && time.GetElapsedTime(last) < RereadInterval)
                return Task.CompletedTask;

            _lastReread = time.GetTimestamp();
            return ReadOnceAsync();
        }
    }

    private Task ReadOnceAsync()
    {
        lock (_lock)
            return _reading is { IsCompleted: false } ? _reading : _reading = Task.Run(ReadAsync);
    }

    /// <summary>Never throws: after a failure the known tokens stay in use.</summary>
    private async Task ReadAsync()
    {
        try
        {
            var stored = await vault!.ReadAsync(CancellationToken.None);
            Note(stored);
            if (NeedsFallback())
                await FindFallbackAsync(stored.Version);
            LastFailure = stored.IsToken ? VaultFailure.None : VaultFailure.NotAToken;
            LastProblem = stored.IsToken ? "" : $"Version {stored.Version} of {vault.Secret} {stored.Problem}";
        }
        catch (TokenVaultException e)
        {
            (LastFailure, LastProblem) = (e.Failure, e.Message);
            RelayMetrics.TokenVaultFailures.Add(1);
            if (_current is { } current)
                log.VaultDownTokenStays(e.Message, current);
            else
                log.VaultDownNoToken(e.Message);
        }
    }

    private void Note(StoredToken stored)
    {
        TokenVersion? before, now;
        lock (_lock)
        {
            before = _known.Find(stored.Version);
            _known.SetNewest(stored.Version, stored.Token);
            now = _current = _known.Best ?? _current;
        }

        if (!stored.IsToken)
            log.NotAToken(vault!.Secret, stored.Version, stored.Problem, now?.ToString() ?? "none");
        else if (before is null && stored.Token.Token.HadPrefix)
            log.PrefixRemoved($"Version {stored.Version} of {vault!.Secret}", stored.Token.Token);
        if (stored.IsToken && before is null)
            log.Read(stored.Token);
    }

    private bool NeedsFallback()
    {
        lock (_lock)
            return vault!.Secret.Version is null && !(_known.Best is { } best && _known.IsUsable(best));
    }

    /// <summary>After a restart no earlier version is known: when the newest does not work, the earlier ones are read from the vault.</summary>
    private async Task FindFallbackAsync(string newest)
    {
        var versions = await vault!.ListAsync(CancellationToken.None);
        var now = time.GetUtcNow();
        foreach (var version in versions.Where(version => version.Version != newest && version.Enabled == true && !(version.ExpiresOn < now)).Take(KnownTokens.Kept))
        {
            lock (_lock)
            {
                if (_known.WasRefused(version.Version))
                    continue;
            }

            var stored = await vault.ReadVersionAsync(version.Version, CancellationToken.None);
            if (!stored.IsToken)
                continue;
            lock (_lock)
            {
                _known.Add(stored.Token);
                _current = _known.Best ?? _current;
            }

            return;
        }
    }
}
