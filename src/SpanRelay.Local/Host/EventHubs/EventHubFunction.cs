using System.Globalization;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.EventHubs;

/// <summary>Invokes a function with a batch, and retries as its retry policy says. The retry count is in memory only.</summary>
internal sealed partial class EventHubFunction(FunctionDefinition definition, EventHubSource source, HostContext context)
{
    /// <param name="batch">Events of one partition.</param>
    /// <param name="lost">The partition belongs to another host now.</param>
    /// <returns>False if all retries failed.</returns>
    /// <exception cref="OperationCanceledException">The partition is lost, or the host stops: the batch is not settled.</exception>
    public async Task<bool> ProcessAsync(EventHubBatch batch, CancellationToken lost)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lost, context.Cancelling);
        return await ProcessCoreAsync(batch, either.Token);
    }

    private async Task<bool> ProcessCoreAsync(EventHubBatch batch, CancellationToken cancellationToken)
    {
        var request = CreateRequest(batch);
        for (var retries = 0; ; retries++)
        {
            var result = await InvokeAsync(batch, request, retries + 1, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (result.Succeeded) return true;
            if (definition.Retry?.DelayBefore(retries + 1, Random.Shared.NextDouble()) is not { } delay)
            {
                LogGivenUp(context.Logger, definition.Name, batch.PartitionId, batch.First.SequenceNumber, batch.Last.SequenceNumber, retries + 1);
                return false;
            }

            await Task.Delay(delay, context.TimeProvider, cancellationToken);
            request.RetryContext = new RetryContext { RetryCount = retries + 1, MaxRetryCount = definition.Retry.MaxRetryCount, Exception = result.Failure };
        }
    }

    // All attempts are one invocation, with one id.
    private InvocationRequest CreateRequest(EventHubBatch batch)
    {
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString(), FunctionId = definition.Id, TraceContext = new RpcTraceContext() };
        var bodies = new CollectionBytes();
        bodies.Bytes.AddRange(batch.Events.Select(each => UnsafeByteOperations.UnsafeWrap(each.EventBody.ToMemory())));
        request.InputData.Add(new ParameterBinding { Name = definition.Trigger.Name, Data = new TypedData { CollectionBytes = bodies } });
        EventHubMetadata.Write(request.TriggerMetadata, source, batch);
        return request;
    }

    private async Task<InvocationResult> InvokeAsync(EventHubBatch batch, InvocationRequest request, int attempt, CancellationToken cancellationToken)
    {
        var result = await context.Invoker.InvokeAsync(definition.Name, request, cancellationToken);
        if (!result.Succeeded) LogFailed(context.Logger, definition.Name, batch.PartitionId, attempt, result.Reason);
        context.Report(new InvocationOutcome
        {
            FunctionName = definition.Name,
            InvocationId = request.InvocationId,
            Partition = int.Parse(batch.PartitionId, CultureInfo.InvariantCulture),
            FirstSequenceNumber = batch.First.SequenceNumber,
            LastSequenceNumber = batch.Last.SequenceNumber,
            EventCount = batch.Events.Count,
            Attempt = attempt,
            Reason = result.Reason,
            Logs = result.Logs,
        });
        return result;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} failed on partition {Partition} at attempt {Attempt}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string function, string partition, int attempt, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Function} gave up on partition {Partition}, events {First} to {Last}, after {Attempts} attempts: they are checkpointed although they failed.")]
    private static partial void LogGivenUp(ILogger logger, string function, string partition, long first, long last, int attempts);
}
