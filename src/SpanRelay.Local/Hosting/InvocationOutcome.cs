using SpanRelay.Local.EventHub;

namespace SpanRelay.Local.Hosting;

/// <summary>What became of one invocation.</summary>
public sealed record InvocationOutcome
{
    /// <summary>The function's folder.</summary>
    public required string FunctionName { get; init; }

    /// <summary>Event Hub triggers: the partition; else null.</summary>
    public int? Partition { get; init; }

    /// <summary>Event Hub triggers: of the batch's first event.</summary>
    public long FirstSequenceNumber { get; init; }

    /// <summary>Event Hub triggers: of the batch's last event.</summary>
    public long LastSequenceNumber { get; init; }

    /// <summary>Events or messages in it.</summary>
    public int EventCount { get; init; }

    /// <summary>1 for the first invocation with this batch.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What the handler replied.</summary>
    public required InvocationReply Reply { get; init; }

    /// <summary>From the request's start until the reply was judged.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The handler replied with success.</summary>
    public bool Succeeded => Reply.Succeeded;

    /// <summary>HTTP status; null when there was no answer.</summary>
    public int? Status => Reply.Status;

    /// <summary>The reply's log lines; only a success has any.</summary>
    public IReadOnlyList<string> Logs => Reply.Logs;
}
