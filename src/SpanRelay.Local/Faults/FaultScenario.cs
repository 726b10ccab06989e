using SpanRelay.Diagnosis;
using SpanRelay.Local.Host;

namespace SpanRelay.Local.Faults;

/// <summary>Something that goes wrong, made to happen in the whole system on one machine, so that its record can be seen.</summary>
/// <param name="Name">As <c>spanrelay run --fault</c> takes it.</param>
/// <param name="Cause">The code of the record's diagnosis.</param>
/// <param name="Description">One line for the list of faults.</param>
public sealed record FaultScenario(string Name, string Cause, string Description)
{
    /// <summary>What has to run for it besides the system, in place of Dynatrace; started before it.</summary>
    public Func<CancellationToken, Task<FaultyServer>>? Server { get; init; }

    /// <summary>Settings of the function app.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Breaks something of the running system, before the event is sent.</summary>
    public Func<LocalSystem, CancellationToken, Task> BreakAsync { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Mends it again; null where there is nothing to mend.</summary>
    public Action<LocalSystem>? Mend { get; init; }

    /// <summary>The event that meets it, made now; null for none.</summary>
    public Func<DateTimeOffset, byte[]?> Event { get; init; } = FaultyEvent.Good;
}
