using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;

namespace SpanRelay.Fakes.KeyVault;

/// <summary>
/// A Key Vault on 127.0.0.1 for secrets: TLS by an authority of its own, the challenge before anything is answered, API versions,
/// versions of secrets, soft delete. Whoever holds an access token of its identity may do everything.
/// </summary>
public sealed partial class LocalKeyVault : IAsyncDisposable
{
    private readonly ConcurrentQueue<KeyVaultRequest> _requests = new();
    private readonly Lock _lock = new();
    private readonly LinkedList<(KeyVaultFault Fault, int Left)> _faults = [];
    private readonly LoopbackCertificates _certificates;
    private readonly SecretStore _store;
    private readonly SecretRoutes _routes;
    private readonly ManagedIdentityServer _identity;
    private LoopbackServer? _server;

    private LocalKeyVault(ManagedIdentityServer identity, TimeProvider time)
    {
        _identity = identity;
        _certificates = LoopbackCertificates.Create(TimeProvider.System.GetUtcNow()); // TLS uses the machine's clock.
        _store = new SecretStore(time);
        _routes = new SecretRoutes(_store, () => Address);
    }

    /// <summary><c>https://127.0.0.1:{port}</c></summary>
    public Uri Address => _server!.Address;

    /// <summary>The certificate authority that its clients have to trust, as PEM.</summary>
    public string AuthorityPem => _certificates.AuthorityPem;

    /// <summary>What an app needs in its environment to reach this vault; not its identity.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["SPANRELAY_LOCAL_VAULT_CA"] = AuthorityPem };

    /// <summary>All authorized requests so far, in order.</summary>
    public IReadOnlyCollection<KeyVaultRequest> Requests => _requests;

    /// <summary>Called with every authorized request after it was carried out and before the response.</summary>
    public Func<KeyVaultRequest, CancellationToken, ValueTask>? OnRequest { get; set; }

    /// <exception cref="IOException">It cannot listen.</exception>
    public static async Task<LocalKeyVault> StartAsync(
        ManagedIdentityServer identity, TimeProvider? time = null, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default)
    {
        var vault = new LocalKeyVault(identity, time ?? TimeProvider.System);
        vault._server = await LoopbackServer
            .StartAsync(vault.AnswerAsync, 0, loggerFactory, cancellationToken, vault._certificates.Server);
        return vault;
    }

    /// <summary>The identifier of a secret without a version.</summary>
    public Uri SecretUri(string name) => new(Address, $"/secrets/{name}");

    /// <summary>Writes a version, as an operator does in the portal.</summary>
    /// <returns>Its id.</returns>
    public string Set(string name, string value, DateTimeOffset? expiresOn = null) =>
        _store.Set(name, value, version => version.ExpiresOn = expiresOn)?.Version
        ?? throw new InvalidOperationException($"The secret {name} is deleted; recover or purge it first.");

    /// <summary>Enables or disables a version, as an operator does in the portal.</summary>
    public void Enable(string name, string version, bool enabled) => _store.Find(name, version)!.Enabled = enabled;

    /// <summary>Deletes the secret for good, with all its versions.</summary>
    public void Purge(string name)
    {
        _store.Delete(name);
        _store.Purge(name);
    }

    /// <summary>The newest version's id; null when there is no such secret.</summary>
    public string? NewestVersion(string name) => _store.Find(name, null)?.Version;

    /// <summary>The newest version's value; null when there is no such secret. A secret.</summary>
    public string? NewestValue(string name) => _store.Find(name, null)?.Value;

    /// <summary>The newest version's tags.</summary>
    public IReadOnlyDictionary<string, string> NewestTags(string name) => _store.Find(name, null)?.Tags ?? [];

    /// <summary>Changes the newest version's expiry; its value and the token in it stay as they are.</summary>
    public void SetNewestExpiry(string name, DateTimeOffset expiresOn)
    {
        if (_store.Find(name, null) is { } newest)
            newest.ExpiresOn = expiresOn;
    }

    /// <summary>The newest version's expiry.</summary>
    public DateTimeOffset? NewestExpiry(string name) => _store.Find(name, null)?.ExpiresOn;

    /// <summary>Injects the fault into the next requests that it applies to; int.MaxValue for all, until cleared.</summary>
    public void FailNext(int requests, KeyVaultFault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        lock (_lock) _faults.AddLast((fault, requests));
    }

    /// <summary>Removes the queued faults.</summary>
    public void ClearFaults()
    {
        lock (_lock) _faults.Clear();
    }

    /// <summary>Aborts the requests that still wait, and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _certificates.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = new KeyVaultRequest(context.Request.Method, context.Request.Path);
        if (!IsLetIn(context.Request))
        {
            // Always first: the client sends neither credential nor body before the challenge names the authority.
            context.Response.Headers.WWWAuthenticate = $"Bearer authorization=\"https://login.microsoftonline.com/{Guid.Empty}\", resource=\"https://vault.azure.net\"";
            await WriteAsync(context, KeyVaultReply.Error(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token."));
            return;
        }

        var fault = TakeFault(request);
        var answer = fault is null or { AfterCarryingOut: true } ? await CarryOutAsync(context) : null;
        _requests.Enqueue(request);
        if (OnRequest is { } hook)
            await hook(request, context.RequestAborted);
        if (fault is null)
            await WriteAsync(context, answer!);
        else if (fault.Status == 0)
            context.Abort();
        else
            await WriteAsync(context, KeyVaultReply.Error(fault.Status, fault.Code, "A fault that was asked for."));
    }

    private bool IsLetIn(HttpRequest request) => request.Headers.Authorization == $"Bearer {_identity.AccessToken}";

    private async Task<KeyVaultReply> CarryOutAsync(HttpContext context)
    {
        var query = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        if (!query.TryGetValue("api-version", out var version))
            return KeyVaultReply.Error(400, "BadParameter", "api-version must be specified");
        if (!KnownVersion().IsMatch(version))
            return KeyVaultReply.Error(400, "BadParameter", $"The specified version ({version}) is not recognized.", "UnsupportedApiVersion");
        try
        {
            return _routes.Response(context.Request.Method, context.Request.Path, query, await ReadAsync(context));
        }
        catch (JsonException)
        {
            return KeyVaultReply.Error(400, "BadParameter", "The request body is not valid JSON.");
        }
    }

    private static async Task<JsonElement?> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length == 0)
            return null;
        using var document = JsonDocument.Parse(body.ToArray());
        return document.RootElement.Clone();
    }

    private static async Task WriteAsync(HttpContext context, KeyVaultReply answer)
    {
        context.Response.StatusCode = answer.Status;
        if (answer.Body is null)
            return;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer.Body), context.RequestAborted);
    }

    private KeyVaultFault? TakeFault(KeyVaultRequest request)
    {
        lock (_lock)
        {
            for (var node = _faults.First; node is not null; node = node.Next)
            {
                var (fault, left) = node.Value;
                if (!fault.Meets(request))
                    continue;
                if (left == 1)
                    _faults.Remove(node);
                else if (left != int.MaxValue)
                    node.Value = (fault, left - 1);
                return fault;
            }

            return null;
        }
    }

    [GeneratedRegex(@"^(7\.[0-9]+|20[0-9]{2}-[0-9]{2}-[0-9]{2})(-preview(\.[0-9]+)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex KnownVersion();
}
