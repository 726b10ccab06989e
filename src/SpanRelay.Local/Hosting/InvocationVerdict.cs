namespace SpanRelay.Local.Hosting;

/// <summary>What the host does with an invocation after the handler's answer.</summary>
public enum InvocationVerdict
{
    /// <summary>It is over.</summary>
    Succeeded,

    /// <summary>It is over; a retry policy may repeat it.</summary>
    Failed,

    /// <summary>It is left open until functionTimeout, which kills the handler.</summary>
    Hanging,
}
