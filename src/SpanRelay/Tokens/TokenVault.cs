using Azure;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;

namespace SpanRelay.Tokens;

/// <summary>One secret of a Key Vault, each version of which holds a token. Calls end within <see cref="CallTimeout"/>.</summary>
public sealed class TokenVault
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly SecretClient _client;

    public TokenVault(TokenSecret secret, TokenCredential credential, string? localVaultAuthority = null)
    {
        Secret = secret;
        var options = new SecretClientOptions
        {
            Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(300), MaxDelay = TimeSpan.FromSeconds(2), NetworkTimeout = TimeSpan.FromSeconds(5) },
        };
        LocalVaultTrust.Apply(options, secret.Vault, localVaultAuthority);
        _client = new SecretClient(secret.Vault, credential, options);
    }

    /// <summary>Opens the secret with the connection that the options describe.</summary>
    public static TokenVault Open(TokenSecret secret, TokenCredential credential, TokenOptions options) => new(secret, credential, options.LocalVaultAuthority);

    public TokenSecret Secret { get; }

    /// <summary>The version that the identifier names, otherwise the newest; if that is disabled, the newest that is enabled.</summary>
    /// <exception cref="TokenVaultException">Key Vault does not return it.</exception>
    internal async Task<StoredToken> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadVersionAsync(Secret.Version, cancellationToken);
        }
        catch (TokenVaultException e) when (e.Status == 403 && Secret.Version is null)
        {
            // Either the newest version is disabled, or the app may not read the vault at all: listing shows which.
            var versions = await TryListAsync(cancellationToken);
            if (versions?.Find(version => version.Enabled == true) is not { } enabled)
                throw;
            return await ReadVersionAsync(enabled.Version, cancellationToken);
        }
    }

    /// <exception cref="TokenVaultException">Key Vault does not return it.</exception>
    internal Task<StoredToken> ReadVersionAsync(string? version, CancellationToken cancellationToken) => AskAsync(
        async token => StoredToken.From(await _client.GetSecretAsync(Secret.Name, version, token)), cancellationToken);

    /// <summary>All versions without their values, newest first. Versions of one second come in any order: Key Vault counts in seconds.</summary>
    /// <exception cref="TokenVaultException">Key Vault does not list them.</exception>
    public Task<List<SecretProperties>> ListAsync(CancellationToken cancellationToken) => AskAsync(
        async token =>
        {
            var versions = new List<SecretProperties>();
            await foreach (var version in _client.GetPropertiesOfSecretVersionsAsync(Secret.Name, token))
                versions.Add(version);
            return versions.OrderByDescending(version => version.CreatedOn).ToList();
        },
        cancellationToken);

    /// <summary>Writes a version, which is the newest from then on.</summary>
    /// <exception cref="TokenVaultException">Key Vault does not store it.</exception>
    internal Task<string> WriteAsync(ApiToken token, DateTimeOffset? expiresOn, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var secret = new KeyVaultSecret(Secret.Name, token.Value) { Properties = { ExpiresOn = expiresOn, ContentType = "Dynatrace token" } };
        foreach (var (name, value) in tags)
            secret.Properties.Tags[name] = value;
        return AskAsync(async stop => (await _client.SetSecretAsync(secret, stop)).Value.Properties.Version, cancellationToken);
    }

    /// <exception cref="TokenVaultException">Key Vault does not store them.</exception>
    internal Task TagAsync(SecretProperties version, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in tags)
            version.Tags[name] = value;
        return AskAsync(async stop => await _client.UpdateSecretPropertiesAsync(version, stop), cancellationToken);
    }

    private async Task<List<SecretProperties>?> TryListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync(cancellationToken);
        }
        catch (TokenVaultException)
        {
            return null;
        }
    }

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(CallTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            throw new TokenVaultException($"{Secret} did not respond within {CallTimeout.TotalSeconds:N0} seconds.");
        }
        catch (RequestFailedException e)
        {
            throw TokenVaultException.From(Secret, e);
        }
        catch (AggregateException e) when (e.InnerExceptions is [.., RequestFailedException last])
        {
            throw TokenVaultException.From(Secret, last); // All attempts failed.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Azure.Identity throws exceptions of many types; their messages name the login and no secret.
            throw TokenVaultException.From(Secret, e);
        }
    }
}
