namespace SpanRelay.Local.Hosting;

/// <summary>What starts functions of one kind, such as the events of a hub. A new kind of trigger is one more of these.</summary>
public interface ITrigger
{
    /// <summary>As in function.json, such as <c>eventHubTrigger</c>.</summary>
    string BindingType { get; }

    /// <summary>Types of bindings that are not triggers and may stand beside this one; the trigger sees to them.</summary>
    IReadOnlyCollection<string> CompanionTypes => [];

    /// <summary>Looks at the function's settings; starts nothing.</summary>
    /// <exception cref="LocalSystemException">function.json or a setting does not fit.</exception>
    IListener CreateListener(FunctionDefinition definition, HostContext context);
}
