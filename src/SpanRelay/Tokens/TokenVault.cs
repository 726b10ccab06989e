using Azure;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;

namespace SpanRelay.Tokens;

/// <summary>One secret of a Key Vault as a list of tokens. Calls end within <see cref="Patience"/>.</summary>
public sealed class TokenVault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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

    /// <summary>The vault's secret as the options say it is reached.</summary>
    public static TokenVault Open(TokenSecret secret, TokenCredential credential, TokenOptions options) => new(secret, credential, options.LocalVaultAuthority);

    public TokenSecret Secret { get; }

    /// <summary>The version that the identifier names, else the newest; where that is disabled, the newest that is enabled.</summary>
    /// <exception cref="TokenVaultException">Key Vault does not give it.</exception>
    public async Task<StoredToken> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadVersionAsync(Secret.Version, cancellationToken);
        }
        catch (TokenVaultException e) when (e.Status == 403 && Secret.Version is null)
        {
            // Either the newest version is disabled, or nothing of the vault may be read: a list tells.
            var versions = await TryListAsync(cancellationToken);
            if (versions?.Find(version => version.Enabled == true) is not { } enabled)
                throw;
            return await ReadVersionAsync(enabled.Version, cancellationToken);
        }
    }

    /// <exception cref="TokenVaultException">Key Vault does not give it.</exception>
    public Task<StoredToken> ReadVersionAsync(string? version, CancellationToken cancellationToken) => AskAsync(
        async token => StoredToken.Of(await _client.GetSecretAsync(Secret.Name, version, token)), cancellationToken);

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
    /// <exception cref="TokenVaultException">Key Vault does not take it.</exception>
    internal Task<string> WriteAsync(ApiToken token, DateTimeOffset? expiresOn, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var secret = new KeyVaultSecret(Secret.Name, token.Value) { Properties = { ExpiresOn = expiresOn, ContentType = "Dynatrace token" } };
        foreach (var (name, value) in tags)
            secret.Properties.Tags[name] = value;
        return AskAsync(async stop => (await _client.SetSecretAsync(secret, stop)).Value.Properties.Version, cancellationToken);
    }

    /// <exception cref="TokenVaultException">Key Vault does not take them.</exception>
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
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await ask(patience.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            throw new TokenVaultException($"{Secret} did not answer within {Patience.TotalSeconds:N0} seconds.");
        }
        catch (RequestFailedException e)
        {
            throw TokenVaultException.Of(Secret, e);
        }
        catch (AggregateException e) when (e.InnerExceptions is [.., RequestFailedException last])
        {
            throw TokenVaultException.Of(Secret, last); // All attempts failed.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Logins fail in ways of their own; what they say of it names the way and no secret.
            throw TokenVaultException.Of(Secret, e);
        }
    }
}
