using SpanRelay.Local.Host.Functions;

namespace SpanRelay.Local.Host;

/// <summary>What starts functions of one kind, such as the events of a hub. A new kind of trigger is one more of these.</summary>
internal interface ITrigger
{
    /// <summary>As in a binding, such as <c>eventHubTrigger</c>.</summary>
    string BindingType { get; }

    /// <summary>Types of bindings that are not triggers and may stand beside this one; the trigger sees to them.</summary>
    IReadOnlyCollection<string> CompanionTypes => [];

    /// <summary>Reads the function's settings; starts nothing.</summary>
    /// <exception cref="LocalSystemException">A binding or a setting is invalid.</exception>
    IListener CreateListener(FunctionDefinition definition, HostContext context);
}
