using SpanRelay.Local;
using SpanRelay.Local.Faults;

namespace SpanRelay.Cli.Page;

/// <summary>Causes faults in the running system, one at a time, and ends them.</summary>
internal sealed class FaultSwitch(LocalSystem system)
{
    private readonly Lock _lock = new();

    /// <summary>Those of events alone where no stand-in can be broken.</summary>
    public IEnumerable<FaultScenario> All => FaultScenarios.ForRunningSystem.Where(scenario => scenario.IsOfEvent || system.Dynatrace is not null);

    /// <summary>Lasts until it is ended; null for none.</summary>
    public FaultScenario? Active { get; private set; }

    /// <returns>What happened; null when there is no such fault.</returns>
    public async Task<string?> CauseAsync(string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (All.FirstOrDefault(each => each.Name == name) is not { } scenario)
            return null;

        lock (_lock)
        {
            if (Active is { } active && !scenario.IsOfEvent)
                return $"First end the fault \"{active.Description}\".";
            if (!scenario.IsOfEvent)
                Active = scenario;
        }

        await scenario.BreakAsync(system, cancellationToken);
        if (scenario.Event(now) is { } body)
            await system.SendAsync(body, cancellationToken);
        return scenario.IsOfEvent ? $"Sent an event: {scenario.Description}. Its dead letter comes in a moment." : $"Caused: {scenario.Description}. A span is on its way into it.";
    }

    public string End()
    {
        lock (_lock)
        {
            var ended = Active;
            ended?.Resolve?.Invoke(system);
            Active = null;
            return ended is null ? "There is no fault." : $"Ended: {ended.Description}. What was held is sent again within a minute.";
        }
    }
}
