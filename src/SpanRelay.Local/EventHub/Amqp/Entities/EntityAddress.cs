namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>What a link is attached to.</summary>
/// <param name="Path">In lower case, without scheme and host.</param>
/// <param name="Hub">The hub's name, or <c>$cbs</c> or <c>$management</c>.</param>
/// <param name="ConsumerGroup">For a reader.</param>
/// <param name="Partition">An id, or null for the whole hub.</param>
internal sealed record EntityAddress(string Path, string Hub, string? ConsumerGroup, string? Partition)
{
    public const string Tokens = "$cbs";
    public const string Management = "$management";

    /// <returns>Null when there can be nothing at this address.</returns>
    public static EntityAddress? Parse(string? address)
    {
        if (string.IsNullOrEmpty(address)) return null;
        // Python's client sends the whole address: amqps://localhost:5672/spans/Partitions/0.
        var path = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" or "sb" ? uri.AbsolutePath : address;
        var parts = Uri.UnescapeDataString(path).Trim('/').Split('/');
        return parts switch
        {
            [var hub] => Create(parts, hub, null, null),
            [var hub, var partitions, var id] when Is(partitions, "Partitions") => Create(parts, hub, null, id),
            [var hub, var groups, var group, var partitions, var id] when Is(groups, "ConsumerGroups") && Is(partitions, "Partitions") => Create(parts, hub, group, id),
            _ => null,
        };
    }

    private static EntityAddress Create(string[] parts, string hub, string? group, string? partition) =>
#pragma warning disable CA1308 // A signature's resource is in lower case.
        new(string.Join('/', parts).ToLowerInvariant(), hub, group, partition);
#pragma warning restore CA1308

    private static bool Is(string part, string name) => string.Equals(part, name, StringComparison.OrdinalIgnoreCase);
}
