namespace SpanRelay.Local.Hosting;

/// <summary>Finds the trigger that serves a function.</summary>
internal static class TriggerCatalog
{
    /// <exception cref="LocalSystemException">One of the function's bindings is of a type that none serves.</exception>
    public static ITrigger Find(FunctionDefinition function, IReadOnlyList<ITrigger> triggers)
    {
        var binding = function.Trigger;
        var trigger = triggers.FirstOrDefault(candidate => Is(candidate.BindingType, binding.Type)) ?? throw Unknown(binding, triggers);
        var stranger = function.Bindings.FirstOrDefault(other =>
            other != binding && !trigger.CompanionTypes.Any(type => Is(type, other.Type)));
        return stranger is null ? trigger : throw Unknown(stranger, triggers);
    }

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static LocalSystemException Unknown(FunctionBinding binding, IReadOnlyList<ITrigger> triggers)
    {
        var known = string.Join(", ", triggers.SelectMany(trigger => (string[])[trigger.BindingType, .. trigger.CompanionTypes]));
        return new LocalSystemException(
            $"{binding.File}: the binding type \"{binding.Type}\" cannot be run on one machine. Known are: {known}.");
    }
}
