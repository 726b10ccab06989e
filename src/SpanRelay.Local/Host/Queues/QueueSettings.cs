using Azure.Storage.Queues;
using SpanRelay.Local.Host.Configuration;

namespace SpanRelay.Local.Host.Queues;

/// <summary>host.json's settings for queues.</summary>
/// <param name="BatchSize">Messages received at once.</param>
/// <param name="NewBatchThreshold">The next batch is received when at most this many messages are being processed.</param>
/// <param name="MaxDequeueCount">Attempts before a message goes to the poison queue.</param>
/// <param name="VisibilityTimeout">From a failure to the next attempt.</param>
/// <param name="Encoding">The encoding of the queue's messages.</param>
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
