using System.Globalization;
using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary><c>$management</c>: a client reads the properties of the hub or of a partition.</summary>
/// <remarks>The .NET client attaches to it before it puts a token, so each request is checked, and it sends the token with it.</remarks>
internal sealed class ManagementHandler(LocalEventHub hub, ConnectionTokens tokens) : IRequestHandler
{
    private const string HubType = "com.microsoft:eventhub";
    private const string PartitionType = "com.microsoft:partition";

    public Reply Answer(Request request)
    {
        if (!tokens.HasAny() && !tokens.Put(request.Text("security_token")).IsValid)
            return new Reply(401, "Unauthorized access. No valid token has been put on this connection.", AmqpErrors.UnauthorizedAccess);
        if (request.Text("operation") != "READ") return new Reply(400, "Only READ is supported here.");
        if (!string.Equals(request.Text("name"), hub.Name, StringComparison.OrdinalIgnoreCase))
            return new Reply(404, $"The messaging entity '{request.Text("name")}' could not be found.", AmqpErrors.EntityNotFound);
        return request.Text("type") switch
        {
            HubType => new Reply(200, "OK", Body: DescribeHub()),
            PartitionType => ReadPartition(request.Text("partition") ?? ""),
            var type => new Reply(400, $"The type '{type}' is unknown."),
        };
    }

    private Reply ReadPartition(string id) => hub.TryParsePartition(id, out var number)
        ? new Reply(200, "OK", Body: DescribePartition(id, hub.PartitionAt(number)))
        : new Reply(400, $"The event hub has no partition '{id}'.", AmqpErrors.ArgumentOutOfRange);

    private Map DescribeHub() => new()
    {
        ["name"] = hub.Name,
        ["type"] = HubType,
        ["created_at"] = hub.CreatedAt.UtcDateTime,
        ["partition_count"] = hub.PartitionCount,
        ["partition_ids"] = Enumerable.Range(0, hub.PartitionCount).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToArray(),
        ["georeplication_factor"] = 1,
    };

    private Map DescribePartition(string id, Partition partition)
    {
        var last = partition.Find(partition.Count - 1);
        return new Map
        {
            ["name"] = hub.Name,
            ["type"] = PartitionType,
            ["partition"] = id,
            ["begin_sequence_number"] = last is null ? -1L : 0L,
            ["last_enqueued_sequence_number"] = last?.SequenceNumber ?? -1L,
            ["last_enqueued_offset"] = last?.Offset ?? "-1",
            ["last_enqueued_time_utc"] = (last?.EnqueuedTime ?? DateTimeOffset.UnixEpoch).UtcDateTime,
            ["is_partition_empty"] = last is null,
        };
    }
}
