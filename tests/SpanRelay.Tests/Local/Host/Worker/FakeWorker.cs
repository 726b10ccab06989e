using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using SpanRelay.DeadLetters;
using SpanRelay.Local.Host;
using SpanRelay.Local.Host.Worker;
using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Tests.Rotation;

namespace SpanRelay.Tests.Local.Host.Worker;

/// <summary>A worker within the test: it answers as told, and remembers what the host sent.</summary>
internal sealed class FakeWorker : IWorkerProcess
{
    private static readonly Method<StreamingMessage, StreamingMessage> EventStream = new(
        MethodType.DuplexStreaming, "AzureFunctionsRpcMessages.FunctionRpc", "EventStream", Marshaller(StreamingMessage.Parser), Marshaller(StreamingMessage.Parser));

    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _killed = new();
    private readonly SemaphoreSlim _writing = new(1);
    private AsyncDuplexStreamingCall<StreamingMessage, StreamingMessage>? _call;

    /// <summary>What came from the host, in order.</summary>
    public ConcurrentQueue<StreamingMessage> Received { get; } = new();

    /// <summary>Sent before StartStream.</summary>
    public IReadOnlyList<StreamingMessage> BeforeStart { get; init; } = [];

    /// <summary>Its functions; a timer by default.</summary>
    public IReadOnlyList<RpcFunctionMetadata> Functions { get; init; } = [Timer()];

    /// <summary>Messages that it leaves unanswered.</summary>
    public IReadOnlyList<StreamingMessage.ContentOneofCase> Ignored { get; init; } = [];

    /// <summary>The status of what it answers at the start, by kind of request.</summary>
    public IReadOnlyDictionary<StreamingMessage.ContentOneofCase, StatusResult> Refusals { get; init; } = new Dictionary<StreamingMessage.ContentOneofCase, StatusResult>();

    /// <summary>Answers an invocation; by default with success.</summary>
    public Func<FakeWorker, InvocationRequest, Task<StatusResult>> OnInvoke { get; set; } = (_, _) => Task.FromResult(Success());

    /// <summary>It exits when it is asked to.</summary>
    public bool Terminates { get; init; } = true;

    /// <summary>The name it introduces itself with, if not its own.</summary>
    public string? WorkerId { get; init; }

    public bool WasKilled => _killed.IsCancellationRequested;

    public int Id => Environment.ProcessId;

    public Task<int> Exited => _exited.Task;

    public static StatusResult Success() => new() { Status = StatusResult.Types.Status.Success };

    public static StatusResult Failure(string message) => new() { Status = StatusResult.Types.Status.Failure, Exception = new SpanRelay.Local.Host.Worker.Protocol.RpcException { Message = message } };

    public static RpcFunctionMetadata Timer(string schedule = "0 30 3 * * *") => new()
    {
        Name = "Tick",
        FunctionId = "tick-id",
        RawBindings = { $$"""{"name":"timer","direction":"In","type":"timerTrigger","schedule":"{{schedule}}"}""" },
    };

    public static RpcFunctionMetadata EventHub(RpcRetryOptions? retry = null) => new()
    {
        Name = "Forward",
        FunctionId = "forward-id",
        RawBindings = { """{"name":"events","direction":"In","type":"eventHubTrigger","eventHubName":"%EVENTHUB_NAME%","connection":"EVENTHUB","cardinality":"Many"}""" },
        RetryOptions = retry,
    };

    /// <summary>For <see cref="FunctionsHostOptions.StartWorker"/>.</summary>
    public IWorkerProcess Start(WorkerStart start, Action<WorkerOutput> onOutput)
    {
        _ = RunAsync(start);
        return this;
    }

    public async Task SendAsync(StreamingMessage message)
    {
        await _writing.WaitAsync();
        try
        {
            await _call!.RequestStream.WriteAsync(message);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Exit(int exitCode) => _exited.TrySetResult(exitCode);

    public void Kill()
    {
        _killed.Cancel();
        _exited.TrySetResult(137);
    }

    public void Dispose()
    {
    }

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : IMessage<T> => Marshallers.Create(message => message.ToByteArray(), parser.ParseFrom);

    private async Task RunAsync(WorkerStart start)
    {
        using var channel = GrpcChannel.ForAddress(start.Host, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        using var call = _call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(EventStream, null, new CallOptions(cancellationToken: _killed.Token));
        try
        {
            foreach (var message in BeforeStart) await SendAsync(message);
            await SendAsync(new StreamingMessage { StartStream = new StartStream { WorkerId = WorkerId ?? start.WorkerId } });
            await foreach (var message in call.ResponseStream.ReadAllAsync())
            {
                Received.Enqueue(message);
                if (!Ignored.Contains(message.ContentCase)) _ = AnswerAsync(message);
            }
        }
        catch (Grpc.Core.RpcException exception)
        {
            _exited.TrySetResult(exception.StatusCode == StatusCode.PermissionDenied ? 403 : 1);
        }
    }

    private async Task AnswerAsync(StreamingMessage message)
    {
        var answer = new StreamingMessage { RequestId = message.RequestId };
        var result = Refusals.GetValueOrDefault(message.ContentCase) ?? Success();
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.WorkerInitRequest:
                answer.WorkerInitResponse = new WorkerInitResponse { Result = result };
                break;
            case StreamingMessage.ContentOneofCase.FunctionsMetadataRequest:
                answer.FunctionMetadataResponse = new FunctionMetadataResponse { Result = result, FunctionMetadataResults = { Functions } };
                break;
            case StreamingMessage.ContentOneofCase.FunctionLoadRequest:
                answer.FunctionLoadResponse = new FunctionLoadResponse { FunctionId = message.FunctionLoadRequest.FunctionId, Result = result };
                break;
            case StreamingMessage.ContentOneofCase.InvocationRequest:
                var request = message.InvocationRequest;
                answer.InvocationResponse = new InvocationResponse { InvocationId = request.InvocationId, Result = await OnInvoke(this, request) };
                break;
            case StreamingMessage.ContentOneofCase.WorkerTerminate when Terminates:
                _exited.TrySetResult(0);
                break;
        }

        await SendAsync(answer);
    }
}
