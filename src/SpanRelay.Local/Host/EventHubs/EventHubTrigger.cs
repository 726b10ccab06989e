using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host.Configuration;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Invokes functions with the batches of a hub's partitions.</summary>
/// <param name="hub">The only hub there is.</param>
/// <param name="checkpoints">Where reading goes on.</param>
internal sealed class EventHubTrigger(LocalEventHub hub, EventHubCheckpoints checkpoints) : ITrigger
{
    public string BindingType => "eventHubTrigger";

    public IListener CreateListener(FunctionDefinition definition, HostContext context)
    {
        var binding = definition.Trigger;
        Check(binding, context.Settings);
        var source = new EventHubSource("localhost", hub.Name, binding.Optional("consumerGroup") ?? "$Default");
        var function = new EventHubFunction(definition, source, context);
        return new EventHubListener(hub, checkpoints, function, EventHubBatching.Read(context.Configuration), context);
    }

    private void Check(FunctionBinding binding, AppSettings settings)
    {
        var name = binding.Required("eventHubName");
        if (name != hub.Name)
            throw new LocalSystemException($"{binding.Function}: eventHubName is \"{name}\", but the local event hub is \"{hub.Name}\". Use one name for both.");
        if (binding.Required("connection") is var connection && !settings.HasConnection(connection))
            throw new LocalSystemException($"{binding.Function} names the connection {connection}, which is not set. Add {connection} to the function app's settings.");
        if (!string.Equals(binding.Optional("cardinality"), "many", StringComparison.OrdinalIgnoreCase))
            throw new LocalSystemException($"{binding.Function}: only the cardinality Many is supported on one machine.");
    }
}
