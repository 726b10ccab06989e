namespace SpanRelay.Local.Hosting;

/// <summary>Invokes functions with the events of a topic.</summary>
public sealed class EventGridTrigger(EventGridTopic topic) : ITrigger
{
    /// <inheritdoc/>
    public string BindingType => "eventGridTrigger";

    /// <inheritdoc/>
    public IListener CreateListener(FunctionDefinition definition, HostContext context) =>
        new EventGridListener(topic, definition.Name, definition.Trigger.Name, context);
}
