using SpanRelay.Local.EventHub;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Hosting;

/// <summary>Invokes functions with the batches of a hub's partitions.</summary>
/// <param name="hub">The only hub there is.</param>
/// <param name="checkpoints">Where reading goes on.</param>
public sealed class EventHubTrigger(LocalEventHub hub, EventHubCheckpoints checkpoints) : ITrigger
{
    /// <inheritdoc/>
    public string BindingType => "eventHubTrigger";

    /// <inheritdoc/>
    public IListener CreateListener(FunctionDefinition definition, HostContext context)
    {
        var binding = definition.Trigger;
        Check(binding, context.Settings);
        var source = new EventHubSource(
            definition.Name, binding.Name, hub.Name, binding.Optional("consumerGroup") ?? "$Default", definition.Retry?.MaxRetryCount);
        return new EventHubListener(hub, checkpoints, source, definition.Retry, EventHubBatching.Read(context.Configuration), context);
    }

    private void Check(FunctionBinding binding, AppSettings settings)
    {
        var name = binding.Required("eventHubName");
        if (name != hub.Name)
        {
            throw new LocalSystemException($"{binding.File}: eventHubName is \"{name}\", but the local event hub is \"{hub.Name}\". Use one name for both.");
        }

        if (binding.Required("connection") is var connection && !settings.HasConnection(connection))
        {
            throw new LocalSystemException($"{binding.File} names the connection {connection}, which is not set. Add {connection} to the function app's settings.");
        }

        if (binding.Optional("cardinality") is not "many" || binding.Optional("dataType") is not "binary")
        {
            throw new LocalSystemException($"{binding.File}: only \"cardinality\": \"many\" with \"dataType\": \"binary\" can be run on one machine.");
        }
    }
}
