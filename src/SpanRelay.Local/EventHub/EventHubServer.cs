using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using SpanRelay.DeadLetters;
using SpanRelay.Fakes;
using SpanRelay.Tokens;

namespace SpanRelay.Local.EventHub;

/// <summary>
/// A hub's HTTPS-send door on 127.0.0.1, without TLS: <c>POST /{hub}/messages</c> and <c>/{hub}/partitions/{id}/messages</c>
/// with a shared access signature; 201 without a body when the event is stored.
/// </summary>
public sealed class EventHubServer : IAsyncDisposable
{
    private const string KeyName = "send";

    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly LocalEventHub _hub;
    private readonly TimeProvider _timeProvider;
    private LoopbackServer? _server;

    private EventHubServer(LocalEventHub hub, TimeProvider timeProvider)
    {
        _hub = hub;
        _timeProvider = timeProvider;
    }

    /// <summary>What a gateway is given as its endpoint: <c>http://127.0.0.1:{port}/{hub}/messages</c>.</summary>
    public Uri SendAddress => new($"{HubAddress}/messages");

    /// <summary>
    /// What a function app finds under <c>EVENTHUB</c>. Holds the key: not for logs.
    /// </summary>
    public string ConnectionString =>
        $"Endpoint=sb://localhost;SharedAccessKeyName={KeyName};SharedAccessKey={_key};UseDevelopmentEmulator=true";

    private string HubAddress => $"{_server!.Address.GetLeftPart(UriPartial.Authority)}/{_hub.Name}";

    /// <exception cref="LocalSystemException">The port is taken.</exception>
    public static async Task<EventHubServer> StartAsync(
        LocalEventHub hub, EventHubServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EventHubServerOptions();
        var server = new EventHubServer(hub, options.TimeProvider);
        server._server = await LoopbackServer
            .StartAsync(server.AnswerAsync, options.Port, options.LoggerFactory, cancellationToken);
        return server;
    }

    /// <summary>Signs for sending to this hub, with a key made at random at start.</summary>
    /// <returns>A value for the Authorization header. It is a credential: not for logs.</returns>
    public string CreateSharedAccessSignature(TimeSpan lifetime) =>
        SharedAccessSignature.Create(new Uri(HubAddress), KeyName, _key, _timeProvider.GetUtcNow() + lifetime);

    /// <summary>Closes the door; the hub keeps its events.</summary>
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        var refusal = await StoreAsync(context.Request, context.RequestAborted);
        if (refusal is null)
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.ContentLength = 0;
            return;
        }

        await refusal.WriteAsync(context.Response);
    }

    private async Task<SendRefusal?> StoreAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (SendRequest.Parse(request.Path) is not { } send || !HttpMethods.IsPost(request.Method))
        {
            return new SendRefusal(404, "Only POST /{hub}/messages and POST /{hub}/partitions/{id}/messages are served here.");
        }

        if (!string.Equals(send.Hub, _hub.Name, StringComparison.OrdinalIgnoreCase)) return new SendRefusal(404, "There is no such event hub.");
        var authorization = Authorize(request);
        if (!authorization.IsValid) return new SendRefusal(401, authorization.Reason);
        if (!send.TryGetPartition(_hub, out var partition)) return new SendRefusal(400, "The event hub has no such partition.");
        if (!SendBody.TryReadPartitionKey(request.Headers, out var partitionKey))
        {
            return new SendRefusal(400, "BrokerProperties is not a JSON object with a PartitionKey text.");
        }

        var body = await BoundedBody.ReadAsync(request.Body, LocalEventHub.MaxPublicationBytes, cancellationToken);
        if (!body.IsWhole) return SendRefusal.TooLarge;
        if (SendBody.Read(request.Headers, body.Bytes) is not { } events)
        {
            return new SendRefusal(400, "The batch is not a JSON array of objects with a Body text.");
        }

        if (events.Count > 0) _hub.AppendBatch(events, partitionKey, partition);
        return null;
    }

    private SharedAccessSignatureResult Authorize(HttpRequest request)
    {
        // The address a sender was given has 127.0.0.1 in it; who writes localhost means the same door.
        var host = string.Equals(request.Host.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            ? _server!.Address.Authority
            : request.Host.Value;
        return SharedAccessSignature.Verify(
            request.Headers.Authorization, new Uri($"http://{host}{request.Path}"), KeyName, _key, _timeProvider.GetUtcNow());
    }
}
