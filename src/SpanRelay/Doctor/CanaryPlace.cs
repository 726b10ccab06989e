namespace SpanRelay.Doctor;

/// <summary>Where the canary's span is.</summary>
internal enum CanaryPlace
{
    /// <summary>No checkpoint has passed it.</summary>
    Held,

    /// <summary>A checkpoint has passed it, and no dead letter has it: Dynatrace has accepted it.</summary>
    Settled,

    DeadLettered,

    /// <summary>A query has found it.</summary>
    InDynatrace,
}
