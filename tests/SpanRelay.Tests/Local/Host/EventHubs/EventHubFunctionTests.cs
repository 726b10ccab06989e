using Azure.Messaging.EventHubs;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host;
using SpanRelay.Local.Host.EventHubs;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Tests.Local.Host.Worker;
using Case = SpanRelay.Local.Host.Worker.Protocol.StreamingMessage.ContentOneofCase;

namespace SpanRelay.Tests.Local.Host.EventHubs;

/// <summary>What a consumer of a hub calls with each batch.</summary>
public sealed class EventHubFunctionTests
{
    private static readonly EventHubBatch Batch = new("3", [EventHubsModelFactory.EventData(BinaryData.FromString("x"), sequenceNumber: 41, offsetString: "0")]);

    [Fact]
    public async Task TheLossOfThePartitionCancelsTheInvocation()
    {
        using var deadline = new Deadline();
        using var lost = new CancellationTokenSource();
        var worker = new FakeWorker { Functions = [FakeWorker.EventHub()], OnInvoke = WhenCancelledAsync };
        await using var running = new RunningHost { StartWorker = worker.Start, Triggers = [new CapturingTrigger()] };
        var function = await StartAsync(running, deadline.Token);

        var processing = function.ProcessAsync(Batch, lost.Token);
        while (worker.Received.All(message => message.ContentCase != Case.InvocationRequest)) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
        await lost.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => processing.WaitAsync(deadline.Token));
        Assert.Equal(running.Outcomes.Single().InvocationId, worker.Received.Last().InvocationCancel.InvocationId);
    }

    [Fact]
    public async Task ASuccessDuringTheLossOfThePartitionIsNotSettled()
    {
        using var deadline = new Deadline();
        using var lost = new CancellationTokenSource();
        var worker = new FakeWorker
        {
            Functions = [FakeWorker.EventHub()],
            OnInvoke = async (_, _) =>
            {
                await lost.CancelAsync();
                return FakeWorker.Success();
            },
        };
        await using var running = new RunningHost { StartWorker = worker.Start, Triggers = [new CapturingTrigger()] };
        var function = await StartAsync(running, deadline.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => function.ProcessAsync(Batch, lost.Token).WaitAsync(deadline.Token));

        Assert.True(running.Outcomes.Single().Succeeded);
    }

    [Fact]
    public async Task WhenRetriesAreUsedUpTheBatchHasFailed()
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker
        {
            Functions = [FakeWorker.EventHub(new RpcRetryOptions { MaxRetryCount = 2, RetryStrategy = RpcRetryOptions.Types.Strategy.FixedDelay })],
            OnInvoke = (_, _) => Task.FromResult(FakeWorker.Failure("no")),
        };
        await using var running = new RunningHost { StartWorker = worker.Start, Triggers = [new CapturingTrigger()] };
        var function = await StartAsync(running, deadline.Token);

        Assert.False(await function.ProcessAsync(Batch, deadline.Token));

        Assert.Equal([1, 2, 3], running.Outcomes.Select(outcome => outcome.Attempt));
        Assert.Equal("no", worker.Received.Last().InvocationRequest.RetryContext.Exception.Message);
    }

    [Fact]
    public async Task RetriesWaitForTheirDelay()
    {
        using var deadline = new Deadline();
        var time = new FakeTimeProvider();
        var retry = new RpcRetryOptions { MaxRetryCount = -1, MinimumInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)), MaximumInterval = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)) };
        var worker = new FakeWorker { Functions = [FakeWorker.EventHub(retry)], OnInvoke = (_, _) => Task.FromResult(FakeWorker.Failure("no")) };
        await using var running = new RunningHost { StartWorker = worker.Start, Time = time, Triggers = [new CapturingTrigger()] };
        var function = await StartAsync(running, deadline.Token);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);

        var processing = function.ProcessAsync(Batch, end.Token);
        foreach (var attempt in new[] { 1, 2, 3 })
        {
            await running.Host.WhenAsync(() => running.Outcomes.Count == attempt, deadline.Token);
            time.Advance(TimeSpan.FromSeconds(0.9)); // The first delay is exactly a second, the next are longer.
            Assert.Equal(attempt, running.Outcomes.Count);
            while (running.Outcomes.Count == attempt)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
            }
        }

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => processing);
    }

    private static async Task<EventHubFunction> StartAsync(RunningHost running, CancellationToken cancellationToken)
    {
        await running.StartAsync(cancellationToken);
        return running.Triggers.OfType<CapturingTrigger>().Single().Function!;
    }

    private static async Task<StatusResult> WhenCancelledAsync(FakeWorker worker, InvocationRequest request)
    {
        while (worker.Received.All(message => message.InvocationCancel?.InvocationId != request.InvocationId)) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        return FakeWorker.Failure("cancelled");
    }

    /// <summary>A trigger whose batches come from the test.</summary>
    private sealed class CapturingTrigger : ITrigger
    {
        private readonly UnusedTrigger _idle = new("eventHubTrigger");

        public string BindingType => _idle.BindingType;

        public EventHubFunction? Function { get; private set; }

        public IListener CreateListener(FunctionDefinition definition, HostContext context)
        {
            Function = new EventHubFunction(definition, new EventHubSource("localhost", "spans", "$Default"), context);
            return _idle.CreateListener(definition, context);
        }
    }
}
