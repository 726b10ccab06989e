using SpanRelay.Local.Host.Functions;

namespace SpanRelay.Local.Host;

/// <summary>A kind of trigger, such as Event Hubs or queues. It creates the listeners for functions of that kind.</summary>
internal interface ITrigger
{
    /// <summary>As in a binding, such as <c>eventHubTrigger</c>.</summary>
    string BindingType { get; }

    /// <summary>Types of other bindings that a function with this trigger may have, and that the trigger handles.</summary>
    IReadOnlyCollection<string> CompanionTypes => [];

    /// <summary>Reads the function's settings; starts nothing.</summary>
    /// <exception cref="LocalSystemException">A binding or a setting is invalid.</exception>
    IListener CreateListener(FunctionDefinition definition, HostContext context);
}
