using System.Xml;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;

namespace SpanRelay.DeadLetters;

/// <summary>The dead letters' containers and queues in the storage account.</summary>
public sealed class DeadLetterStorage
{
    public const string LettersContainer = "dead-letters";
    public const string QuarantineContainer = "quarantine";
    public const string Queue = "dead-letters";
    public const string PoisonQueue = "dead-letters-poison";

    /// <summary>What messages call it.</summary>
    internal const string Account = $"The storage account for dead letters ({StorageOptions.OwnConnection}, or else {StorageOptions.HostConnection})";

    private const int MaxText = 500;

    // All attempts of a call together; well within an invocation.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(20);

    private DeadLetterStorage(BlobServiceClient blobs, QueueServiceClient queues)
    {
        Letters = blobs.GetBlobContainerClient(LettersContainer);
        Quarantine = blobs.GetBlobContainerClient(QuarantineContainer);
        Messages = queues.GetQueueClient(Queue);
        PoisonMessages = queues.GetQueueClient(PoisonQueue);
    }

    /// <summary>Records, and redacted payloads.</summary>
    internal BlobContainerClient Letters { get; }

    /// <summary>Events as received: raw bytes are stored here and nowhere else.</summary>
    internal BlobContainerClient Quarantine { get; }

    internal QueueClient Messages { get; }

    internal QueueClient PoisonMessages { get; }

    /// <param name="credential">Called only where there is no connection string.</param>
    public static DeadLetterStorage Open(StorageOptions options, Func<TokenCredential> credential)
    {
        var blobs = new BlobClientOptions();
        var queues = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        Limit(blobs.Retry);
        Limit(queues.Retry);
        if (options.IsByConnectionString)
            return new DeadLetterStorage(new BlobServiceClient(options.ConnectionString, blobs), new QueueServiceClient(options.ConnectionString, queues));

        var login = credential();
        return new DeadLetterStorage(new BlobServiceClient(options.BlobService, login, blobs), new QueueServiceClient(options.QueueService, login, queues));
    }

    internal BlobClient ClientOf(LetterBlob blob) => ContainerOf(blob).GetBlobClient(blob.Name);

    /// <summary>Writes the blob, overwriting an earlier one; creates the container where it is missing.</summary>
    /// <inheritdoc cref="CallAsync"/>
    internal Task WriteAsync(string what, LetterBlob blob, BinaryData content, IDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Metadata = metadata };
        return CallAsync(
            what,
            async token =>
            {
                try
                {
                    return await ClientOf(blob).UploadAsync(content, options, token);
                }
                catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
                {
                    await ContainerOf(blob).CreateIfNotExistsAsync(cancellationToken: token);
                    return await ClientOf(blob).UploadAsync(content, options, token);
                }
            },
            cancellationToken);
    }

    /// <summary>Calls the account, with a time limit.</summary>
    /// <exception cref="DeadLetterStoreException">The account or the login failed. Any other exception is a bug, and passes through.</exception>
    internal static async Task<T> CallAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, string account = Account)
    {
        using var timeout = new CancellationTokenSource(CallTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (Explain(e) is not null)
        {
            throw new DeadLetterStoreException($"{account} did not {what}: {Explain(e)}", e);
        }
    }

    private BlobContainerClient ContainerOf(LetterBlob blob) => blob.Container == QuarantineContainer ? Quarantine : Letters;

    /// <returns>Null for what is not a failure of the account, the network or the login.</returns>
    private static string? Explain(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [.., var last] } => Explain(last),
        RequestFailedException { Status: 401 or 403 } e =>
            $"status {e.Status} {OneLine.From(e.ErrorCode, MaxText)}. Check that the caller (the app's identity; on the command line, your own login) has the roles Storage Blob Data Contributor and Storage Queue Data Contributor on the account, and that the account's firewall allows it.",
        RequestFailedException { Status: > 0 } e => $"status {e.Status} {OneLine.From(e.ErrorCode, MaxText)}.",
        RequestFailedException or AuthenticationFailedException or IOException => FirstLine(failure.Message),
        XmlException => "a blob has a name with characters that its list cannot hold (XML). Delete that blob.",
        OperationCanceledException => $"no response within {CallTimeout.TotalSeconds:N0} seconds.",
        _ => null,
    };

    private static string FirstLine(string text) => OneLine.From(text.AsSpan().Trim().ToString().Split('\n')[0], MaxText);

    private static void Limit(RetryOptions retry)
    {
        retry.MaxRetries = 3;
        retry.Delay = TimeSpan.FromMilliseconds(300);
        retry.MaxDelay = TimeSpan.FromSeconds(2);
        retry.NetworkTimeout = TimeSpan.FromSeconds(10);
    }
}
