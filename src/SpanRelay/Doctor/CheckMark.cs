namespace SpanRelay.Doctor;

/// <summary>How a check ended, from best to worst.</summary>
public enum CheckMark
{
    Ok,

    /// <summary>It does not apply, or could not be looked at because of another failure, which is reported.</summary>
    Skipped,

    /// <summary>Spans are delivered, but something should be fixed.</summary>
    Warning,

    /// <summary>Spans are not delivered, or will be lost.</summary>
    Failure,
}
