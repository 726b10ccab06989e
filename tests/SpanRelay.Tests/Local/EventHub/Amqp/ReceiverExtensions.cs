using Azure.Messaging.EventHubs.Primitives;
using Received = Azure.Messaging.EventHubs.EventData;

namespace SpanRelay.Tests.Local.EventHub.Amqp;

internal static class ReceiverExtensions
{
    /// <summary>Waits for as many events.</summary>
    public static async Task<List<Received>> ReceiveAsync(this PartitionReceiver receiver, int count, CancellationToken cancellationToken)
    {
        var received = new List<Received>();
        while (received.Count < count) received.AddRange(await receiver.ReceiveBatchAsync(count - received.Count, cancellationToken));
        return received;
    }

    /// <summary>Opens the link.</summary>
    public static async Task AttachAsync(this PartitionReceiver receiver, CancellationToken cancellationToken) =>
        Assert.Empty(await receiver.ReceiveBatchAsync(1, TimeSpan.FromMilliseconds(1), cancellationToken));
}
