using SpanRelay.DeadLetters;

namespace SpanRelay.Ingest;

/// <summary>What becomes of an export: events, and dead letters; or a refusal.</summary>
internal sealed record PreparedExport
{
    public IReadOnlyList<HubEvent> Events { get; init; } = [];

    public IReadOnlyList<Undeliverable> DeadLetters { get; init; } = [];

    /// <summary>Null where it is accepted.</summary>
    public IngestReply? Refusal { get; init; }

    public static PreparedExport Refused(IngestReply reply) => new() { Refusal = reply };
}
