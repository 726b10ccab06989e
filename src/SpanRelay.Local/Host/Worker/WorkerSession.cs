using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.Worker;

/// <summary>The conversation with one worker over its stream: requests with their responses, invocations, logs.</summary>
/// <param name="connection">The connection of a worker.</param>
/// <param name="onLog">Called with each log, in order, before the response to what it belongs to.</param>
/// <param name="timeProvider">Times the deadlines.</param>
internal sealed class WorkerSession(WorkerConnection connection, Action<RpcLog> onLog, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse>> _invocations = new();
    private volatile LocalSystemException? _failure;

    /// <summary>Reads until the stream ends.</summary>
    public async Task RunAsync()
    {
        while (await connection.ReadAsync(CancellationToken.None) is { } message) Dispatch(message);
        connection.Close();
    }

    /// <exception cref="LocalSystemException">No response in time.</exception>
    public async Task<StreamingMessage> RequestAsync(StreamingMessage request, TimeSpan deadline, CancellationToken cancellationToken)
    {
        request.RequestId = Guid.NewGuid().ToString();
        var response = _requests.GetOrAdd(request.RequestId, _ => NewSource<StreamingMessage>()).Task;
        try
        {
            if (_failure is { } failure) throw failure;
            connection.Send(request);
            return await response.WaitAsync(deadline, timeProvider, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new LocalSystemException($"The worker did not answer {request.ContentCase} within {deadline}.", exception);
        }
        finally
        {
            _requests.TryRemove(request.RequestId, out _);
        }
    }

    /// <summary>Completes with the worker's response, or fails by <see cref="FailAll"/>. No other invocation with its id may be running.</summary>
    public async Task<InvocationResponse> InvokeAsync(InvocationRequest request)
    {
        var response = NewSource<InvocationResponse>();
        _invocations[request.InvocationId] = response;
        if (_failure is { } failure) response.TrySetException(failure);
        try
        {
            connection.Send(new StreamingMessage { InvocationRequest = request });
            return await response.Task;
        }
        finally
        {
            _invocations.TryRemove(request.InvocationId, out _);
        }
    }

    /// <summary>Asks the worker to cancel an invocation. The worker still responds, with a failure.</summary>
    public void Cancel(string invocationId) =>
        connection.Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } });

    /// <summary>Asks the worker to exit. There is no answer.</summary>
    public void Terminate(TimeSpan grace) =>
        connection.Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) } });

    /// <summary>Fails all requests and invocations in flight, since the worker is gone.</summary>
    public void FailAll(string reason)
    {
        var failure = _failure = new LocalSystemException(reason);
        foreach (var request in _requests.Values) request.TrySetException(failure);
        foreach (var invocation in _invocations.Values) invocation.TrySetException(failure);
    }

    private void Dispatch(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.RpcLog:
                onLog(message.RpcLog);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (_invocations.TryGetValue(message.InvocationResponse.InvocationId, out var invocation)) invocation.TrySetResult(message.InvocationResponse);
                break;
            default:
                // A message without content follows InvocationCancel and WorkerTerminate.
                if (_requests.TryGetValue(message.RequestId, out var request)) request.TrySetResult(message);
                break;
        }
    }

    private static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
