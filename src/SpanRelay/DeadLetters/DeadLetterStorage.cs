using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace SpanRelay.DeadLetters;

/// <summary>Where dead letters are in the storage account: two containers and one queue.</summary>
public sealed class DeadLetterStorage
{
    public const string LettersContainer = "dead-letters";
    public const string QuarantineContainer = "quarantine";
    public const string Queue = "dead-letters";
    public const string PoisonQueue = "dead-letters-poison";

    // All attempts of a call together end well within an invocation.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private DeadLetterStorage(BlobServiceClient blobs, QueueServiceClient queues)
    {
        Letters = blobs.GetBlobContainerClient(LettersContainer);
        Quarantine = blobs.GetBlobContainerClient(QuarantineContainer);
        Messages = queues.GetQueueClient(Queue);
        PoisonMessages = queues.GetQueueClient(PoisonQueue);
    }

    /// <summary>Records, and payloads that are redacted.</summary>
    internal BlobContainerClient Letters { get; }

    /// <summary>Events as they came: raw, and nowhere else.</summary>
    internal BlobContainerClient Quarantine { get; }

    internal QueueClient Messages { get; }

    internal QueueClient PoisonMessages { get; }

    /// <param name="credential">Asked for only where there is no connection string.</param>
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

    /// <summary>Calls the account, with an end to its patience and every failure in words.</summary>
    /// <exception cref="DeadLetterStoreException">It did not work.</exception>
    internal static async Task<T> CallAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await call(patience.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Logins and connections fail in ways of their own; RequestFailedException's first line names status and code.
            throw new DeadLetterStoreException($"The storage account (AzureWebJobsStorage) does not {what}: {Explain(e)}", e);
        }
    }

    private static string Explain(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [.., var last] } => Explain(last),
        RequestFailedException { Status: 401 or 403 } e =>
            $"status {e.Status} {e.ErrorCode}. Does whoever asks (the app's identity; for the command line, your own login) have the roles Storage Blob Data Owner and Storage Queue Data Contributor there, and does its firewall let them in?",
        RequestFailedException { Status: > 0 } e => $"status {e.Status} {e.ErrorCode}.",
        OperationCanceledException => $"no answer within {Patience.TotalSeconds:N0} seconds.",
        _ => failure.Message.AsSpan().Trim().ToString().Split('\n')[0].Trim(),
    };

    private static void Limit(RetryOptions retry)
    {
        retry.MaxRetries = 3;
        retry.Delay = TimeSpan.FromMilliseconds(300);
        retry.MaxDelay = TimeSpan.FromSeconds(2);
        retry.NetworkTimeout = TimeSpan.FromSeconds(10);
    }
}
