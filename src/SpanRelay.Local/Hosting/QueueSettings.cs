using Azure.Storage.Queues;

namespace SpanRelay.Local.Hosting;

/// <summary>What host.json says of queues.</summary>
/// <param name="BatchSize">Messages that are taken at once.</param>
/// <param name="NewBatchThreshold">When no more than so many are left of them, the next are taken.</param>
/// <param name="MaxDequeueCount">How often a message is tried before it goes to the poison queue.</param>
/// <param name="VisibilityTimeout">When a message that failed is tried again.</param>
/// <param name="Encoding">How messages stand in the queue.</param>
internal sealed record QueueSettings(
    int BatchSize, int NewBatchThreshold, int MaxDequeueCount, TimeSpan VisibilityTimeout, QueueMessageEncoding Encoding)
{
    private const string Extension = "queues";

    public static QueueSettings Read(HostConfiguration host)
    {
        var batchSize = host.ExtensionNumber(Extension, "batchSize", 16);
        return new QueueSettings(
            batchSize,
            host.ExtensionNumber(Extension, "newBatchThreshold", batchSize / 2),
            host.ExtensionNumber(Extension, "maxDequeueCount", 5),
            host.ExtensionInterval(Extension, "visibilityTimeout", TimeSpan.Zero),
            ReadEncoding(host.ExtensionText(Extension, "messageEncoding", "base64")));
    }

    private static QueueMessageEncoding ReadEncoding(string text) => text.ToLowerInvariant() switch
    {
        "base64" => QueueMessageEncoding.Base64,
        "none" => QueueMessageEncoding.None,
        _ => throw new LocalSystemException($"host.json: extensions.queues.messageEncoding is \"{text}\". Use base64 or none."),
    };
}
