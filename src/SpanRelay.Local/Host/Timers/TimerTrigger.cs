using SpanRelay.Local.Host.Functions;

namespace SpanRelay.Local.Host.Timers;

/// <summary>Invokes functions on schedule, one invocation at a time each. Missed occurrences are skipped: the schedule's state is in memory.</summary>
internal sealed class TimerTrigger : ITrigger
{
    public string BindingType => "timerTrigger";

    public IListener CreateListener(FunctionDefinition definition, HostContext context)
    {
        var schedule = TimerSchedule.Parse(definition.Trigger.Required("schedule"), definition.Name);
        return new TimerListener(definition, schedule, context);
    }
}
