using Azure.Core;
using Azure.Messaging.EventHubs;
using Azure.Messaging.EventHubs.Consumer;
using Azure.Messaging.EventHubs.Producer;
using SpanRelay.Settings;

namespace SpanRelay.Ingest;

/// <summary>The Event Hub, by the settings of the trigger that reads it: one connection for both ways.</summary>
public sealed record HubOptions
{
    private const string Connection = "EVENTHUB";

    /// <summary>For local use. A secret. Null where the namespace is reached as an identity.</summary>
    /// <setting name="EVENTHUB">Connection string of the namespace, for local use. In Azure, `EVENTHUB__fullyQualifiedNamespace` takes its place.</setting>
    public string? ConnectionString { get; init; }

    /// <summary>The namespace's host name.</summary>
    /// <setting name="EVENTHUB__fullyQualifiedNamespace" default="required without a connection string">The namespace's host name, reached as an identity with the roles *Azure Event Hubs Data Receiver*, and *Data Sender* for the OTLP address.</setting>
    /// <setting name="EVENTHUB__credential" read-by="the Functions host">`managedidentity`, for an identity other than the app's own.</setting>
    public string? FullyQualifiedNamespace { get; init; }

    /// <summary>The hub's name.</summary>
    /// <setting name="EVENTHUB_NAME" default="required">The Event Hub's name.</setting>
    public string? Name { get; init; }

    /// <summary>The identity's client id; null for the app's own.</summary>
    /// <setting name="EVENTHUB__clientId" default="the app's own identity">Client id of the identity that reads and writes the Event Hub.</setting>
    public string? ClientId { get; init; }

    internal bool IsComplete => (ConnectionString ?? FullyQualifiedNamespace) is not null && Name is not null;

    public static HubOptions Read(SettingsReader settings) => new()
    {
        ConnectionString = ReadConnectionString(settings),
        FullyQualifiedNamespace = settings.Text($"{Connection}__fullyQualifiedNamespace"),
        Name = settings.Text("EVENTHUB_NAME"),
        ClientId = settings.Text($"{Connection}__clientId"),
    };

    /// <param name="credential">Called only where there is no connection string.</param>
    internal EventHubProducerClient Open(EventHubProducerClientOptions options, Func<TokenCredential> credential)
    {
        if (ConnectionString is not { } text)
            return new EventHubProducerClient(FullyQualifiedNamespace, Name, credential(), options);

        return NamesHub(text) ? new EventHubProducerClient(text, options) : new EventHubProducerClient(text, Name, options);
    }

    /// <inheritdoc cref="Open"/>
    internal EventHubConsumerClient OpenReader(EventHubConsumerClientOptions options, Func<TokenCredential> credential)
    {
        const string Group = EventHubConsumerClient.DefaultConsumerGroupName;
        if (ConnectionString is not { } text)
            return new EventHubConsumerClient(Group, FullyQualifiedNamespace, Name, credential(), options);

        return NamesHub(text) ? new EventHubConsumerClient(Group, text, options) : new EventHubConsumerClient(Group, text, Name, options);
    }

    /// <summary>As the names of checkpoints start: with the port, if the connection string names one.</summary>
    internal string? Namespace => ConnectionString is { } text && EventHubsConnectionStringProperties.Parse(text).Endpoint is var endpoint
        ? endpoint.Port > 0 ? $"{endpoint.Host}:{endpoint.Port}" : endpoint.Host
        : FullyQualifiedNamespace;

    private static bool NamesHub(string connectionString) => EventHubsConnectionStringProperties.Parse(connectionString).EventHubName is not null;

    private static string? ReadConnectionString(SettingsReader settings)
    {
        if (settings.Text(Connection) is not { } text)
            return null;
        try
        {
            if (EventHubsConnectionStringProperties.Parse(text).Endpoint is not null)
                return text;
        }
        catch (FormatException)
        {
            // Reported below.
        }

        settings.Report(Connection, $"is no connection string of an Event Hubs namespace, as the Azure portal shows it under Shared access policies. With an identity instead, leave it out and set {Connection}__fullyQualifiedNamespace.");
        return null;
    }
}
