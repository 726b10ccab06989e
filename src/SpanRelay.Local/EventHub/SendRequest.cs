namespace SpanRelay.Local.EventHub;

/// <summary>Where a send goes, by its path: <c>/{hub}/messages</c> or <c>/{hub}/partitions/{id}/messages</c>.</summary>
internal readonly record struct SendRequest(string Hub, string? PartitionId)
{
    public static SendRequest? Parse(string path) => path.Trim('/').Split('/') switch
    {
        [var hub, "messages"] => new SendRequest(hub, null),
        [var hub, "partitions", var id, "messages"] => new SendRequest(hub, id),
        _ => null,
    };

    /// <returns>False when the id names no partition of the hub.</returns>
    public bool TryGetPartition(LocalEventHub hub, out int? partition)
    {
        partition = null;
        if (PartitionId is null) return true;
        if (!hub.TryParsePartition(PartitionId, out var number)) return false;
        partition = number;
        return true;
    }
}
