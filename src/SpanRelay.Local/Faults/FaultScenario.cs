using SpanRelay.Diagnosis;
using SpanRelay.Local.Host;

namespace SpanRelay.Local.Faults;

/// <summary>A fault that can be caused in the local system to see its record.</summary>
/// <param name="Name">As <c>spanrelay run --fault</c> takes it.</param>
/// <param name="Cause">The cause code that its record must have.</param>
/// <param name="Description">One line for the list of faults.</param>
public sealed record FaultScenario(string Name, string Cause, string Description)
{
    /// <summary>A server to run in place of Dynatrace; started before the system.</summary>
    public Func<CancellationToken, Task<FaultyServer>>? Server { get; init; }

    /// <summary>Settings of the function app.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Causes the fault in the running system, before the event is sent.</summary>
    public Func<LocalSystem, CancellationToken, Task> BreakAsync { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Resolves the fault; null when it cannot be resolved.</summary>
    public Action<LocalSystem>? Resolve { get; init; }

    /// <summary>Creates the event to send; null for none.</summary>
    public Func<DateTimeOffset, byte[]?> Event { get; init; } = FaultyEvent.Good;
}
