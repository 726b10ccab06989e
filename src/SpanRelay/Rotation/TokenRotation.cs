using Microsoft.Extensions.Logging;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Rotation;

/// <summary>
/// Replaces the token: creates and tries a new one, writes it to the vault, proves it as read from the vault, and deletes the
/// old one after the overlap. It can be interrupted anywhere and continued by any instance: each step first looks at what is
/// there. A token that was created but not written is lost, since Dynatrace returns the secret only once; it is found by its
/// name and deleted at the end, together with the old one.
/// </summary>
public sealed class TokenRotation(TokenVault vault, TokenVault creatorVault, TokenApi api, TokenOptions options, TimeProvider time, ILogger<TokenRotation> log) : IDisposable
{
    /// <summary>A token that expires sooner is replaced.</summary>
    public static readonly TimeSpan DueBefore = TimeSpan.FromDays(30);

    private const int Proofs = 5;
    private static readonly TimeSpan ProofInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Rotates up to the overlap. If a rotation was begun, continues that one.</summary>
    /// <param name="expiring">The version to replace; when it is not the newest, it has been replaced already. Null for the newest.</param>
    /// <exception cref="TokenVaultException">A Key Vault call failed. Nothing is lost; run it again.</exception>
    /// <exception cref="TokenApiException">A token API call failed. Nothing is lost; the message names the manual way.</exception>
    public Task<(RotationState State, DateTimeOffset? Due)> RotateAsync(string? expiring, CancellationToken cancellationToken) => ExclusivelyAsync(
        async newest =>
        {
            var begun = await ContinueAsync(newest, cancellationToken);
            if (begun.State != RotationState.None || (expiring is not null && expiring != newest.Version))
                return begun;
            return await BeginAsync(newest, cancellationToken);
        },
        cancellationToken);

    /// <summary>
    /// Completes a rotation that was begun; otherwise rotates if the newest token expires within <see cref="DueBefore"/>, by the
    /// secret's date or Dynatrace's own.
    /// </summary>
    /// <inheritdoc cref="RotateAsync"/>
    public Task<(RotationState State, DateTimeOffset? Due)> RotateIfDueAsync(CancellationToken cancellationToken) => ExclusivelyAsync(
        async newest =>
        {
            var begun = await ContinueAsync(newest, cancellationToken);
            if (begun.State != RotationState.None || !(await FindExpiryAsync(newest, cancellationToken) - time.GetUtcNow() <= DueBefore))
                return begun;
            return await BeginAsync(newest, cancellationToken);
        },
        cancellationToken);

    private async Task<DateTimeOffset?> FindExpiryAsync(StoredToken newest, CancellationToken cancellationToken)
    {
        var inVault = newest.Properties.ExpiresOn;
        if (newest.Token is null || newest.Token.Token.IsPlatform)
            return inVault;

        try
        {
            var inDynatrace = (await api.LookUpAsync(newest.Token.Token, cancellationToken)).ExpirationDate;
            return inVault < inDynatrace || inDynatrace is null ? inVault : inDynatrace;
        }
        catch (TokenApiException) when (inVault is not null)
        {
            return inVault;
        }
    }

    /// <summary>Continues a rotation that was begun, if any; begins none.</summary>
    /// <inheritdoc cref="RotateAsync"/>
    public Task<(RotationState State, DateTimeOffset? Due)> ResumeAsync(CancellationToken cancellationToken) =>
        ExclusivelyAsync(newest => ContinueAsync(newest, cancellationToken), cancellationToken);

    /// <summary>Continues rotations that were begun, now and at every refresh, until stopped: the instance that began one may be gone.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var pause = options.Refresh;
            try
            {
                if ((await ResumeAsync(stopping)).Due is { } due && due - time.GetUtcNow() < pause)
                    pause = due - time.GetUtcNow();
            }
            catch (Exception e) when (e is TokenVaultException or TokenApiException)
            {
                log.RotationProblem(e.Message);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                log.UpkeepFailed(e); // A bug; the next pass may work, and rotation must not end unseen.
            }

            pause = pause > Shortest ? pause : Shortest;
            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>The name of tokens created by rotation. It identifies their owner and finds those that a crash left behind.</summary>
    private string TokenName => $"SpanRelay {vault.Secret.Vault.Authority}/{vault.Secret.Name}";

    private async Task<(RotationState State, DateTimeOffset? Due)> ExclusivelyAsync(Func<StoredToken, Task<(RotationState State, DateTimeOffset? Due)>> step, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return await step(await vault.ReadAsync(cancellationToken));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<(RotationState State, DateTimeOffset? Due)> ContinueAsync(StoredToken newest, CancellationToken cancellationToken)
    {
        if (!newest.IsToken || RotationTags.Read(newest.Properties) is not { State: not (RotationState.None or RotationState.Complete) } tags)
            return (RotationState.None, null);
        if (tags.ProvedAt is not { } provedAt)
            return await ProveAsync(newest, tags, cancellationToken);
        if (time.GetUtcNow() < provedAt + options.Overlap)
            return (RotationState.Proved, provedAt + options.Overlap);

        await DeleteReplacedAsync(tags, provedAt, cancellationToken);
        await vault.TagAsync(newest.Properties, (tags with { State = RotationState.Complete }).ToTags(), cancellationToken);
        log.RotationStep($"complete. Version {newest.Token} is now the only valid token.");
        return (RotationState.Complete, null);
    }

    private async Task<(RotationState State, DateTimeOffset? Due)> BeginAsync(StoredToken old, CancellationToken cancellationToken)
    {
        if (old.Token?.Token.IsPlatform == true)
            throw new TokenApiException("The vault holds a platform token, which only its user can replace: create another one in Dynatrace (Account Management, platform tokens), store it as a new version of the secret, and delete the old one 10 minutes later.", null);

        var creator = await ReadCreatorAsync(cancellationToken);
        var replaces = await FindReplacedAsync(old, cancellationToken);
        var created = await CreateAsync(creator, cancellationToken);
        var tags = new RotationTags(RotationState.Written, created.Token.Id, replaces, null);
        string version;
        try
        {
            version = await vault.WriteAsync(created.Token, created.ExpiresOn, tags.ToTags(), cancellationToken);
        }
        catch (TokenVaultException e) when (e.Status is >= 400 and < 500)
        {
            // The vault certainly did not store it. In doubt the token stays: the vault may hold it.
            await api.DeleteAsync(creator, created.Token.Id, cancellationToken);
            throw;
        }

        log.RotationStep($"version {version} ({created.Token}) is written.");
        var stored = await vault.ReadVersionAsync(version, cancellationToken);
        return await ProveAsync(stored, tags, cancellationToken);
    }

    private async Task<TokenVersion> CreateAsync(ApiToken creator, CancellationToken cancellationToken)
    {
        var expires = time.GetUtcNow().AddDays(options.LifetimeDays);
        string[] scopes = options.SendsMetrics ? [TokenCheck.ClassicScope, TokenCheck.ClassicMetricsScope] : [TokenCheck.ClassicScope];
        var created = await api.CreateAsync(creator, TokenName, scopes, expires, cancellationToken);
        if (created.Token is null || !ApiToken.TryParse(created.Token, out var token, out _))
            throw new TokenApiException($"Dynatrace created the token {created.Id ?? "(id unknown)"}, but its response lacks the secret or has another form: delete that token in Dynatrace (Access tokens).", null);

        log.RotationStep($"{token} is created.");
        if (await TryAsync(token, cancellationToken) is true)
            return new TokenVersion("new", token, created.ExpirationDate ?? expires);

        await api.DeleteAsync(creator, token.Id, cancellationToken);
        throw new TokenApiException($"Dynatrace does not accept the token {token} that it just created. That token was deleted; the vault is unchanged.", null);
    }

    private async Task<(RotationState State, DateTimeOffset? Due)> ProveAsync(StoredToken stored, RotationTags tags, CancellationToken cancellationToken)
    {
        switch (await TryAsync(stored.Token!.Token, cancellationToken))
        {
            case true:
                var now = time.GetUtcNow();
                await vault.TagAsync(stored.Properties, (tags with { State = RotationState.Proved, ProvedAt = now }).ToTags(), cancellationToken);
                log.RotationStep($"version {stored.Token} is proved; the old token is deleted after {options.Overlap:c}.");
                return (RotationState.Proved, now + options.Overlap);

            case false:
                log.RotationProblem($"Dynatrace refuses version {stored.Token}, which rotation wrote: the token was deleted. Creating another one.");
                return await BeginAsync(stored, cancellationToken);

            default:
                throw new TokenApiException($"Dynatrace did not say whether it accepts version {stored.Token}. Run the rotation again: it continues from here, and the old token stays valid until then.", null);
        }
    }

    /// <summary>Several times, since a new token may take a moment to reach all of Dynatrace.</summary>
    private async Task<bool?> TryAsync(ApiToken token, CancellationToken cancellationToken)
    {
        bool? taken = null;
        for (var proof = 0; proof < Proofs; proof++)
        {
            if (proof > 0)
                await Task.Delay(ProofInterval, time, cancellationToken);
            taken = await api.ProveAsync(token, cancellationToken);
            if (taken is true)
                break;
        }

        return taken;
    }

    private async Task DeleteReplacedAsync(RotationTags tags, DateTimeOffset provedAt, CancellationToken cancellationToken)
    {
        var creator = await ReadCreatorAsync(cancellationToken);
        var ids = tags.Replaces.Concat(await FindLeftBehindAsync(creator, provedAt, cancellationToken));
        foreach (var id in ids.Where(id => id != tags.TokenId && id != creator.Id).Distinct())
        {
            await api.DeleteAsync(creator, id, cancellationToken);
            log.RotationStep($"the token {id} is deleted.");
        }
    }

    /// <summary>Tokens that rotations created before this one was proved. A younger token may belong to a rotation that another instance runs now.</summary>
    private async Task<IEnumerable<string>> FindLeftBehindAsync(ApiToken creator, DateTimeOffset provedAt, CancellationToken cancellationToken)
    {
        try
        {
            var ours = await api.ListAsync(creator, TokenName, cancellationToken);
            return ours.Where(token => token.CreationDate <= provedAt).Select(token => token.Id!);
        }
        catch (TokenApiException e) when (e.Status is >= 400 and < 500)
        {
            log.RotationProblem($"Tokens that an interrupted rotation left behind could not be listed; look for the name \"{TokenName}\" in Dynatrace (Access tokens). {e.Message}");
            return [];
        }
    }

    /// <summary>The token of the version to replace, and what unfinished rotations still had to delete.</summary>
    private async Task<List<string>> FindReplacedAsync(StoredToken old, CancellationToken cancellationToken)
    {
        var unfinished = (await vault.ListAsync(cancellationToken))
            .Select(RotationTags.Read)
            .Where(tags => tags is { State: not RotationState.Complete })
            .SelectMany(tags => tags!.Replaces);
        return [.. ((string?[])[old.Token?.Token.Id]).OfType<string>().Concat(unfinished).Distinct()];
    }

    private async Task<ApiToken> ReadCreatorAsync(CancellationToken cancellationToken)
    {
        var stored = await creatorVault.ReadAsync(cancellationToken);
        return stored.IsToken
            ? stored.Token.Token
            : throw new TokenVaultException($"Version {stored.Version} of {creatorVault.Secret} {stored.Problem}");
    }
}
