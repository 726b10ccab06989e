using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;

namespace SpanRelay.Fakes.KeyVault;

/// <summary>
/// The identity endpoint that App Service and Functions give an app, on 127.0.0.1: the real ManagedIdentityCredential gets its
/// access tokens here, so the function app needs no login of its own kind on this machine.
/// </summary>
public sealed class ManagedIdentityServer : IAsyncDisposable
{
    private const string Path = "/msi/token";
    private const string ApiVersion = "2019-08-01";
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(24);

    private readonly string _header = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly string _accessToken = "local-" + RandomNumberGenerator.GetHexString(48, lowercase: true);
    private readonly TimeProvider _time;
    private LoopbackServer? _server;

    private ManagedIdentityServer(TimeProvider time) => _time = time;

    /// <summary>The identity's client id.</summary>
    public string ClientId { get; } = Guid.NewGuid().ToString();

    /// <summary>What an app that runs as this identity finds in its environment. One of them is a credential.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["IDENTITY_ENDPOINT"] = new Uri(_server!.Address, Path).AbsoluteUri,
        ["IDENTITY_HEADER"] = _header,
        ["AZURE_CLIENT_ID"] = ClientId,
    };

    /// <summary>The access token that vaults accept. A credential.</summary>
    internal string AccessToken => _accessToken;

    /// <exception cref="IOException">It cannot listen.</exception>
    public static async Task<ManagedIdentityServer> StartAsync(
        TimeProvider? time = null, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default)
    {
        var server = new ManagedIdentityServer(time ?? TimeProvider.System);
        server._server = await LoopbackServer.StartAsync(server.AnswerAsync, 0, loggerFactory, cancellationToken);
        return server;
    }

    /// <summary>Frees the port.</summary>
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Path != Path || request.Headers["X-IDENTITY-HEADER"] != _header || request.Query["api-version"] != ApiVersion)
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (request.Query["client_id"].ToString() is { Length: > 0 } clientId && clientId != ClientId)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(response, new { statusCode = 400, message = "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId." }, context.RequestAborted);
            return;
        }

        await WriteAsync(
            response,
            new
            {
                access_token = _accessToken,
                expires_on = (_time.GetUtcNow() + TokenLife).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
                resource = request.Query["resource"].ToString(),
                token_type = "Bearer",
                client_id = ClientId,
            },
            context.RequestAborted);
    }

    private static Task WriteAsync<T>(HttpResponse response, T body, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json; charset=utf-8";
        return response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken).AsTask();
    }
}
