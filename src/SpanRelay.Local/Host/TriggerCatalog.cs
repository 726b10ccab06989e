using SpanRelay.Local.Host.Functions;

namespace SpanRelay.Local.Host;

/// <summary>Finds the trigger that serves a function.</summary>
internal static class TriggerCatalog
{
    /// <exception cref="LocalSystemException">No trigger matches one of the function's bindings.</exception>
    public static ITrigger Find(FunctionDefinition function, IReadOnlyList<ITrigger> triggers)
    {
        var binding = function.Trigger;
        var trigger = triggers.FirstOrDefault(candidate => Is(candidate.BindingType, binding.Type)) ?? throw Unknown(binding, triggers);
        var unknown = function.Bindings.FirstOrDefault(other => other != binding && !trigger.CompanionTypes.Any(type => Is(type, other.Type)));
        return unknown is null ? trigger : throw Unknown(unknown, triggers);
    }

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static LocalSystemException Unknown(FunctionBinding binding, IReadOnlyList<ITrigger> triggers)
    {
        var supported = string.Join(", ", triggers.SelectMany(trigger => (string[])[trigger.BindingType, .. trigger.CompanionTypes]));
        return new LocalSystemException(
            $"{binding.Function}: the binding type \"{binding.Type}\" is not supported on one machine. Supported are: {supported}.");
    }
}
