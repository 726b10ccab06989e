namespace SpanRelay.Doctor;

/// <summary>How far a partition was written and read.</summary>
/// <param name="Last">The sequence number of the newest event; -1 where there was none.</param>
/// <param name="First">Of the oldest event that the hub still holds.</param>
/// <param name="Settled">Of the newest event that was settled; null without a checkpoint.</param>
/// <param name="SettledAt">When the checkpoint was written.</param>
/// <param name="OwnedAt">When its reader last said that it is alive; null where there is none.</param>
public sealed record PartitionState(string Id, long Last, long First, long? Settled, DateTimeOffset? SettledAt, DateTimeOffset? OwnedAt)
{
    /// <summary>Owners of partitions say that they are alive every few seconds; the host takes a partition over after two minutes.</summary>
    private static readonly TimeSpan OwnerLasts = TimeSpan.FromMinutes(2);

    /// <summary>When the newest event was enqueued; null where there was none.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Its reader's name; null where there is none.</summary>
    public string? Owner { get; init; }

    /// <summary>Events that no checkpoint has passed. One that is not in the hub any more does not wait.</summary>
    public long Waiting => Last < 0 ? 0 : Math.Max(0, Last - Math.Max(Settled ?? First - 1, First - 1));

    /// <summary>The checkpoint is of another hub of that name, which had more events.</summary>
    public bool IsAheadOfHub => Settled > Last;

    /// <summary>An instance of the app reads it.</summary>
    public bool IsOwned(DateTimeOffset now) => OwnedAt > now - OwnerLasts;
}
