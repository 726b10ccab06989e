using SpanRelay.Diagnosis;
using SpanRelay.Local.Host;

namespace SpanRelay.Local.Faults;

/// <summary>A fault that can be caused in the local system to see its record.</summary>
/// <param name="Name">As <c>spanrelay run --fault</c> takes it.</param>
/// <param name="Cause">The cause code that its record must have.</param>
/// <param name="Description">One line for the list of faults.</param>
public sealed record FaultScenario(string Name, string Cause, string Description)
{
    private static readonly Func<LocalSystem, CancellationToken, Task> Nothing = (_, _) => Task.CompletedTask;

    /// <summary>A server to run in place of Dynatrace; started before the system.</summary>
    public Func<CancellationToken, Task<FaultyServer>>? Server { get; init; }

    /// <summary>Settings of the function app.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Causes the fault in the running system, before the event is sent.</summary>
    public Func<LocalSystem, CancellationToken, Task> BreakAsync { get; init; } = Nothing;

    /// <summary>Resolves the fault; null when it cannot be resolved.</summary>
    public Action<LocalSystem>? Resolve { get; init; }

    /// <summary>Creates the event to send; null for none.</summary>
    public Func<DateTimeOffset, byte[]?> Event { get; init; } = FaultyEvent.Good;

    /// <summary>Nothing but its event is wrong.</summary>
    public bool IsOfEvent => Server is null && BreakAsync == Nothing;

    /// <summary>It can be caused in a system that is running, and leaves it as it was.</summary>
    internal bool CanEnd => Server is null && Settings.Count == 0 && (IsOfEvent || Resolve is not null);
}
