using Azure;
using Azure.Core;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Producer;
using SpanRelay.Cli.Sas;
using SpanRelay.Local;
using SpanRelay.Local.EventHub;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Cli.Send;

/// <summary>Opens the door that <c>--to</c> names. Keys come from the environment: every user of the machine can see arguments.</summary>
/// <param name="policy">The shared access policy that the key is of.</param>
internal sealed class Doors(string policy)
{
    /// <summary>What Event Hubs takes as one event (Standard and Premium).</summary>
    public const int MaxEventBytes = 1024 * 1024;

    /// <summary>What OTLP's receivers take at most.</summary>
    public const int MaxIngestBytes = 64 * 1024 * 1024;

    /// <setting name="SPANRELAY_INGEST_KEY">Key for the OTLP address that `spanrelay send --to` names.</setting>
    public const string IngestKeyVariable = "SPANRELAY_INGEST_KEY";
    /// <setting name="SPANRELAY_EVENTHUB_CONNECTION">Connection string of the Event Hub, for `spanrelay send --to amqp`.</setting>
    public const string ConnectionVariable = "SPANRELAY_EVENTHUB_CONNECTION";

    private const string Messages = "/messages";
    private const string Scope = "https://eventhubs.azure.net/.default";
    private const string Takes =
        "--to takes https://<namespace>/<hub>/messages, amqps://<namespace>/<hub>, amqp, ingest, or https://<app>/v1/traces; http:// is for this machine only.";

    private static readonly TimeSpan SignatureLifetime = TimeSpan.FromHours(1);

    /// <param name="to">The option; null for the local system.</param>
    /// <param name="local">Finds the running local system; called only when it is needed.</param>
    /// <exception cref="LocalSystemException">No local system is running.</exception>
    public (IDoor? Door, string? Problem) Open(string? to, Func<SystemFile> local)
    {
        if (to is null)
            return (OpenLocal(local()), null);
        if (to == "amqp")
            return OpenConnection(local);
        if (to == "ingest")
            return (OpenLocalIngest(local()), null);
        if (!Uri.TryCreate(to, UriKind.Absolute, out var address) || !IsPlain(address))
            return (null, Takes);
        var path = address.AbsolutePath.TrimEnd('/');
        return address.Scheme switch
        {
            "amqps" or "sb" when IsName(path) => (new AmqpDoor(CreateProducer(address.Host, path[1..])), null),
            "https" or "http" when path.EndsWith("/v1/traces", StringComparison.Ordinal) => (new HttpDoor(address, isIngest: true, IngestKey), null),
            "https" or "http" when path.EndsWith(Messages, StringComparison.Ordinal) && IsName(path[..^Messages.Length]) => (OpenMessages(address, path), null),
            _ => (null, Takes),
        };
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;

    private static bool IsPlain(Uri address) =>
        address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0 && address.Host.Length > 0 && (address.Scheme != "http" || address.IsLoopback);

    private static bool IsName(string path) => path.Length > 1 && path.LastIndexOf('/') == 0;

    private static ValueTask<(string, string)?> IngestKey(CancellationToken cancellationToken) =>
        ValueTask.FromResult<(string, string)?>(Variable(IngestKeyVariable) is { } key ? ("x-functions-key", key) : null);

    private static TokenCredential Login() => AzureLogin.Create(SettingsReader.FromEnvironment());

    private static HttpDoor OpenLocal(SystemFile system)
    {
        var properties = EventHubsConnectionStringProperties.Parse(system.Settings["EVENTHUB"]);
        var hub = new Uri(system.SendAddress!.AbsoluteUri[..^Messages.Length]);
        return new HttpDoor(system.SendAddress, isIngest: false, Signing(hub, properties.SharedAccessKeyName, properties.SharedAccessKey));
    }

    private static HttpDoor OpenLocalIngest(SystemFile system) =>
        new(system.IngestAddress!, isIngest: true, _ => ValueTask.FromResult<(string, string)?>(("x-functions-key", system.IngestKey!)));

    private static (IDoor?, string?) OpenConnection(Func<SystemFile> local)
    {
        var given = Variable(ConnectionVariable);
        var system = given is null ? local() : null;
        try
        {
            var connection = EventHubsConnectionStringProperties.Parse(given ?? system!.Settings["EVENTHUB"]);
            var hub = connection.EventHubName ?? system?.SendAddress!.Segments[^2].Trim('/');
            return hub is null
                ? (null, $"{ConnectionVariable} names no Event Hub: append ;EntityPath=<hub>.")
                : (new AmqpDoor(new EventHubProducerClient(given ?? system!.Settings["EVENTHUB"], connection.EventHubName is null ? hub : null, AmqpDoor.Options)), null);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return (null, $"{ConnectionVariable} is no connection string of an Event Hub.");
        }
    }

    private EventHubProducerClient CreateProducer(string host, string hub) => Variable(SasCommand.KeyVariable) is { } key
        ? new EventHubProducerClient(host, hub, new AzureNamedKeyCredential(policy, key), AmqpDoor.Options)
        : new EventHubProducerClient(host, hub, Login(), AmqpDoor.Options);

    private HttpDoor OpenMessages(Uri address, string path)
    {
        var key = Variable(SasCommand.KeyVariable);
        return new HttpDoor(address, isIngest: false, key is null
            ? new ExpiringHeader(Bearer(Login())).GetAsync
            : Signing(new Uri(address.GetLeftPart(UriPartial.Authority) + path[..^Messages.Length]), policy, key));
    }

    private static Func<CancellationToken, ValueTask<(string, string)?>> Signing(Uri hub, string name, string key) => new ExpiringHeader(_ =>
    {
        var expires = TimeProvider.System.GetUtcNow() + SignatureLifetime;
        return ValueTask.FromResult((SharedAccessSignature.Create(hub, name, key, expires), expires));
    }).GetAsync;

    private static Func<CancellationToken, ValueTask<(string, DateTimeOffset)>> Bearer(TokenCredential login) => async cancellationToken =>
    {
        var token = await login.GetTokenAsync(new TokenRequestContext([Scope]), cancellationToken);
        return ($"Bearer {token.Token}", token.ExpiresOn);
    };
}
