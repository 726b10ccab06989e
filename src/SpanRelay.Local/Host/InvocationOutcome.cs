using SpanRelay.Local.EventHub;

namespace SpanRelay.Local.Host;

/// <summary>The result of one invocation.</summary>
public sealed record InvocationOutcome
{
    /// <summary>The function's name.</summary>
    public required string FunctionName { get; init; }

    /// <summary>The same for all attempts with an Event Hub batch.</summary>
    public string InvocationId { get; init; } = "";

    /// <summary>Event Hub triggers: the partition; else null.</summary>
    public int? Partition { get; init; }

    /// <summary>Event Hub triggers: of the batch's first event.</summary>
    public long FirstSequenceNumber { get; init; }

    /// <summary>Event Hub triggers: of the batch's last event.</summary>
    public long LastSequenceNumber { get; init; }

    /// <summary>Events or messages in it.</summary>
    public int EventCount { get; init; }

    /// <summary>1 for the first attempt with this batch.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Why it failed, in one line; empty when it succeeded.</summary>
    public required string Reason { get; init; }

    /// <summary>The function returned, and did not throw.</summary>
    public bool Succeeded => Reason.Length == 0;

    /// <summary>HTTP triggers: the status of the answer; else null.</summary>
    public int? Status { get; init; }

    /// <summary>What it logged, in order and regardless of host.json's log levels; the first <see cref="RunningInvocation.MaxLines"/>.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];
}
