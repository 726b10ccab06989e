using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host.Configuration;
using SpanRelay.Local.Host.Functions;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Invokes functions with the batches of a hub's partitions.</summary>
/// <param name="hub">The only hub. It is read through the connection that the function names.</param>
internal sealed class EventHubTrigger(LocalEventHub hub) : ITrigger
{
    private const string Storage = "AzureWebJobsStorage";

    public string BindingType => "eventHubTrigger";

    public IListener CreateListener(FunctionDefinition definition, HostContext context)
    {
        var binding = definition.Trigger;
        Check(binding);
        var source = Source(binding, context.Settings);
        var batching = EventHubBatching.Read(context.Configuration);
        var checkpoints = Checkpoints(source, context.Settings);
        return new EventHubListener(source, checkpoints, new EventHubFunction(definition, source, context), batching, context);
    }

    private void Check(FunctionBinding binding)
    {
        var name = binding.Required("eventHubName");
        if (name != hub.Name)
            throw new LocalSystemException($"{binding.Function}: eventHubName is \"{name}\", but the local event hub is \"{hub.Name}\". Use one name for both.");
        if (!string.Equals(binding.Optional("cardinality"), "many", StringComparison.OrdinalIgnoreCase))
            throw new LocalSystemException($"{binding.Function}: only the cardinality Many is supported on one machine.");
    }

    private EventHubSource Source(FunctionBinding binding, AppSettings settings)
    {
        var connection = binding.Required("connection");
        if (!settings.Values.TryGetValue(connection, out var text))
            throw new LocalSystemException($"{binding.Function} names the connection {connection}, which is not set. Add {connection} to the function app's settings.");
        try
        {
            return EventHubSource.Parse(text, hub.Name, binding.Optional("consumerGroup") ?? EventHubSource.DefaultConsumerGroup);
        }
        catch (FormatException exception)
        {
            throw new LocalSystemException($"{connection} is not an Event Hubs connection string.", exception);
        }
    }

    private static BlobCheckpointStore Checkpoints(EventHubSource source, AppSettings settings)
    {
        if (!settings.Values.TryGetValue(Storage, out var text))
            throw new LocalSystemException($"The host keeps its checkpoints in the storage account {Storage}, which is not set. Add {Storage} to the function app's settings, as a connection string.");
        try
        {
            return source.Checkpoints(text);
        }
        catch (FormatException exception)
        {
            throw new LocalSystemException($"{Storage} is not a storage account's connection string. Copy it from the account's access keys.", exception);
        }
    }
}
