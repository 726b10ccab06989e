using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using SpanRelay.DeadLetters;
using SpanRelay.Fakes;
using SpanRelay.Local.EventHub.Amqp;
using SpanRelay.Local.EventHub.Amqp.Entities;
using SpanRelay.Tokens;

namespace SpanRelay.Local.EventHub;

/// <summary>
/// A hub's doors on 127.0.0.1, without TLS. HTTPS send: <c>POST /{hub}/messages</c> and <c>/{hub}/partitions/{id}/messages</c>
/// with a shared access signature; 201 without a body when the event is stored. AMQP, on a port of its own: what the Event Hubs
/// clients use to send and to receive.
/// </summary>
public sealed class EventHubServer : IAsyncDisposable
{
    private const string KeyName = "send";

    private readonly SharedAccessPolicy _policy = new(KeyName, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
    private readonly LocalEventHub _hub;
    private readonly TimeProvider _timeProvider;
    private LoopbackServer? _server;
    private AmqpListener? _amqp;

    private EventHubServer(LocalEventHub hub, TimeProvider timeProvider)
    {
        _hub = hub;
        _timeProvider = timeProvider;
    }

    /// <summary>What a gateway is given as its endpoint: <c>http://127.0.0.1:{port}/{hub}/messages</c>.</summary>
    public Uri SendAddress => new($"{HubAddress}/messages");

    /// <summary>
    /// What a function app finds under <c>EVENTHUB</c>, and what any Event Hubs client connects with. Holds the key: not for logs.
    /// </summary>
    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture,
        $"Endpoint=sb://localhost:{_amqp!.Port};SharedAccessKeyName={KeyName};SharedAccessKey={_policy.Key};UseDevelopmentEmulator=true");

    /// <summary>The AMQP door.</summary>
    internal AmqpListener Amqp => _amqp!;

    private string HubAddress => $"{_server!.Address.GetLeftPart(UriPartial.Authority)}/{_hub.Name}";

    /// <exception cref="LocalSystemException">The port is taken.</exception>
    internal static async Task<EventHubServer> StartAsync(
        LocalEventHub hub, EventHubServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EventHubServerOptions();
        var server = new EventHubServer(hub, options.TimeProvider);
        server._server = await LoopbackServer
            .StartAsync(server.AnswerAsync, options.Port, options.LoggerFactory, cancellationToken);
        return await server.StartAmqpAsync(options.AmqpPort);
    }

    /// <summary>Signs for sending to this hub, with a key made at random at start.</summary>
    /// <returns>A value for the Authorization header. It is a credential: not for logs.</returns>
    public string CreateSharedAccessSignature(TimeSpan lifetime) =>
        SharedAccessSignature.Create(new Uri(HubAddress), KeyName, _policy.Key, _timeProvider.GetUtcNow() + lifetime);

    /// <summary>Closes the doors; the hub keeps its events.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_amqp is not null) await _amqp.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task<EventHubServer> StartAmqpAsync(int port)
    {
        try
        {
            _amqp = AmqpListener.Start(new HubEntities(_hub, _policy), port);
            return this;
        }
        catch (LocalSystemException)
        {
            await DisposeAsync();
            throw;
        }
    }

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

        if (!_hub.Throughput.TryTake(events)) return SendRefusal.Busy;
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
            request.Headers.Authorization, new Uri($"http://{host}{request.Path}"), KeyName, _policy.Key, _timeProvider.GetUtcNow());
    }
}
