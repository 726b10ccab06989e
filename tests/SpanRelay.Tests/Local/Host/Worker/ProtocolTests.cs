using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Tests.Redaction.Oracle;
using SpanRelay.Tests.Rotation;
using Case = SpanRelay.Local.Host.Worker.Protocol.StreamingMessage.ContentOneofCase;

namespace SpanRelay.Tests.Local.Host.Worker;

/// <summary>What the host says to a worker, and what it makes of the answers.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public async Task TheStartIsInitializeMetadataLoadAndTheEndIsTerminate()
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker { Functions = [FakeWorker.Timer(), FakeWorker.EventHub()] };
        await using var running = new RunningHost { StartWorker = worker.Start };

        await running.StartAsync(deadline.Token);
        await running.Host.DisposeAsync();

        Assert.Equal(
            [Case.WorkerInitRequest, Case.FunctionsMetadataRequest, Case.FunctionLoadRequest, Case.FunctionLoadRequest, Case.WorkerTerminate],
            worker.Received.Select(message => message.ContentCase));
        var initialize = worker.Received.First().WorkerInitRequest;
        Assert.Equal(Path.GetFullPath(TestWorker.Folder), initialize.FunctionAppDirectory);
        Assert.Equal("10", initialize.Capabilities["MultiStream"]);
        Assert.Equal(["forward-id", "tick-id"], worker.Received.Where(each => each.ContentCase == Case.FunctionLoadRequest).Select(each => each.FunctionLoadRequest.Metadata.FunctionId).Order());
        Assert.Equal(5, worker.Received.Last().WorkerTerminate.GracePeriod.Seconds);
        Assert.False(worker.WasKilled);
    }

    [Fact]
    public async Task MessagesBeforeStartStreamAreIgnored()
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker { BeforeStart = [new StreamingMessage(), new StreamingMessage { RpcLog = new RpcLog { Message = "early" } }] };
        await using var running = new RunningHost { StartWorker = worker.Start };

        await running.StartAsync(deadline.Token);

        Assert.Empty(running.Output);
    }

    [Fact]
    public async Task AStreamOfAnUnknownWorkerIsRefused()
    {
        using var deadline = new Deadline();
        var unknown = new FakeWorker { WorkerId = "unknown" };
        await using var running = new RunningHost { StartWorker = unknown.Start };

        var start = running.StartAsync(deadline.Token);

        Assert.Equal(403, await unknown.Exited.WaitAsync(deadline.Token));
        await Assert.ThrowsAsync<LocalSystemException>(() => start);
        Assert.Empty(unknown.Received);
    }

    [Theory]
    [InlineData("WorkerInitRequest", "The worker cannot be initialized: not today")]
    [InlineData("FunctionsMetadataRequest", "The worker cannot tell its functions: not today")]
    [InlineData("FunctionLoadRequest", "The worker cannot load the function Tick: not today")]
    public async Task ARefusalFailsTheStart(string request, string message)
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker { Refusals = new Dictionary<Case, StatusResult> { [Enum.Parse<Case>(request)] = FakeWorker.Failure("not\ntoday") } };
        await using var running = new RunningHost { StartWorker = worker.Start };

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));

        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.True(worker.WasKilled);
    }

    [Theory]
    [InlineData("WorkerInitRequest", 10)]
    [InlineData("FunctionsMetadataRequest", 60)]
    [InlineData("FunctionLoadRequest", 60)]
    public async Task ARequestThatIsNotAnsweredInTimeFailsTheStart(string request, int seconds)
    {
        using var deadline = new Deadline();
        var time = new FakeTimeProvider();
        var worker = new FakeWorker { Ignored = [Enum.Parse<Case>(request)] };
        await using var running = new RunningHost { StartWorker = worker.Start, Time = time };

        var start = running.StartAsync(deadline.Token);
        while (worker.Received.All(message => message.ContentCase != Enum.Parse<Case>(request))) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
        time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.False(start.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => start.WaitAsync(deadline.Token));
        Assert.StartsWith($"The worker did not answer {request} within ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorkerWithoutFunctionsFailsTheStart()
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker { Functions = [] };
        await using var running = new RunningHost { StartWorker = worker.Start };

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(deadline.Token));

        Assert.StartsWith($"The worker in {Path.GetFullPath(TestWorker.Folder)} has no functions.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorkerThatDoesNotExitWithinTheGraceIsKilled()
    {
        using var deadline = new Deadline();
        var time = new FakeTimeProvider();
        var worker = new FakeWorker { Terminates = false };
        await using var running = new RunningHost { StartWorker = worker.Start, Time = time };
        await running.StartAsync(deadline.Token);

        var stop = running.Host.DisposeAsync().AsTask();
        while (worker.Received.Last().ContentCase != Case.WorkerTerminate) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(stop.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await stop.WaitAsync(deadline.Token);

        Assert.True(worker.WasKilled);
    }

    [Fact]
    public async Task ABatchIsBytesWithTheExtensionsMetadata()
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker { Functions = [FakeWorker.EventHub()] };
        await using var running = new RunningHost { StartWorker = worker.Start };
        running.Hub.Append(new byte[] { 1, 2 }, new Dictionary<string, object?> { ["name"] = "value" }, partitionKey: "key");
        running.Hub.Append(new byte[] { 3 });

        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        var request = Assert.Single(worker.Received, message => message.ContentCase == Case.InvocationRequest).InvocationRequest;
        Assert.Equal("forward-id", request.FunctionId);
        Assert.Equal("events", Assert.Single(request.InputData).Name);
        Assert.Equal([[1, 2], [3]], request.InputData[0].Data.CollectionBytes.Bytes.Select(each => each.ToByteArray()));
        Assert.Equal(["key", ""], request.TriggerMetadata["PartitionKeyArray"].CollectionString.String);
        Assert.Equal([0, 1], request.TriggerMetadata["SequenceNumberArray"].CollectionSint64.Sint64);
        Assert.Equal(["0", "2"], request.TriggerMetadata["OffsetArray"].CollectionString.String);
        Assert.Equal("""[{"name":"value"},{}]""", request.TriggerMetadata["PropertiesArray"].Json);
        Assert.Matches("""^\["\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?",""", request.TriggerMetadata["EnqueuedTimeUtcArray"].Json);
        Assert.NotNull(request.TraceContext);
        Assert.Null(request.RetryContext);
    }

    [Fact]
    public async Task ALostWorkersInvocationFailsAndTheNextWorkerGetsItsRetry()
    {
        using var deadline = new Deadline();
        var retry = new RpcRetryOptions { MaxRetryCount = -1, RetryStrategy = RpcRetryOptions.Types.Strategy.FixedDelay };
        var first = new FakeWorker { Functions = [FakeWorker.EventHub(retry)], OnInvoke = (worker, _) => { worker.Kill(); return Task.FromResult(FakeWorker.Success()); } };
        var second = new FakeWorker { Functions = first.Functions };
        var starts = 0;
        await using var running = new RunningHost { StartWorker = (start, output) => (starts++ == 0 ? first : second).Start(start, output) };
        running.Hub.Append(new byte[] { 1 });

        await running.StartAsync(deadline.Token);
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal(["The worker exited with code 137 before it answered.", ""], running.Outcomes.Select(outcome => outcome.Reason));
        // Its functions are known by then.
        Assert.Equal([Case.WorkerInitRequest, Case.FunctionLoadRequest, Case.InvocationRequest], second.Received.Select(message => message.ContentCase));
        Assert.Equal(1, second.Received.Last().InvocationRequest.RetryContext.RetryCount);
    }

    [Theory]
    [InlineData(StatusResult.Types.Status.Failure)]
    [InlineData(StatusResult.Types.Status.Cancelled)]
    internal async Task AnyStatusButSuccessIsAFailure(StatusResult.Types.Status status)
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker { OnInvoke = (_, _) => Task.FromResult(new StatusResult { Status = status }) };
        await using var running = new RunningHost { StartWorker = worker.Start };
        await running.StartAsync(deadline.Token);

        running.Host.TryInvokeNow("Tick");
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);

        Assert.False(Assert.Single(running.Outcomes).Succeeded);
    }

    [Fact]
    public async Task LogsAreFiledUnderTheirInvocationsFunctionAndFilteredByHostJson()
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker
        {
            OnInvoke = async (worker, request) =>
            {
                await worker.SendAsync(Log(request.InvocationId, "SpanRelay.Relay", RpcLog.Types.Level.Information, "quiet"));
                await worker.SendAsync(Log(request.InvocationId, "SpanRelay.Relay", RpcLog.Types.Level.Warning, "loud\nand dt0c01.PUBLIC.SECRET"));
                await worker.SendAsync(Log("", "Azure.Core", RpcLog.Types.Level.Information, "chatter"));
                await worker.SendAsync(Log("", "Azure.Identity", RpcLog.Types.Level.Information, "heard"));
                await worker.SendAsync(Log("", "Any", RpcLog.Types.Level.None, "nothing"));
                return FakeWorker.Success();
            },
        };
        using var log = new NoticedText("and dt0c01.PUBLIC.***");
        await using var running = new RunningHost
        {
            StartWorker = worker.Start,
            LoggerFactory = log,
            Settings =
            {
                ["AzureFunctionsJobHost__logging__logLevel__Function.Tick"] = "Warning",
                ["AzureFunctionsJobHost__logging__logLevel__Azure.Core"] = "Warning",
            },
        };
        await running.StartAsync(deadline.Token);

        running.Host.TryInvokeNow("Tick");
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);

        Assert.Equal(["loud and dt0c01.PUBLIC.SECRET", "heard"], running.Output.Select(line => line.Line));
        Assert.Equal(["Function.Tick.User", "Azure.Identity"], running.Output.Select(line => line.Category));
        Assert.Equal([LogLevel.Warning, LogLevel.Information], running.Output.Select(line => line.Level));
        Assert.Equal(["quiet", "loud and dt0c01.PUBLIC.SECRET"], Assert.Single(running.Outcomes).Logs);
        await log.Noticed.WaitAsync(deadline.Token);
    }

    [Fact]
    public async Task ALogsExceptionIsInItsLine()
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker();
        await using var running = new RunningHost { StartWorker = worker.Start };
        await running.StartAsync(deadline.Token);
        var message = Log("", "Any", RpcLog.Types.Level.Error, "It failed.");
        message.RpcLog.Exception = new RpcException { Type = "System.IO.IOException", Message = "no\tspace\nleft", StackTrace = "at …" };

        await worker.SendAsync(message);
        await running.WhenWrittenAsync("It failed.", deadline.Token);

        Assert.Equal("It failed. System.IO.IOException: no space left", Assert.Single(running.Output).Line);
    }

    [Fact]
    public async Task AnInvocationKeepsNoMoreThanSoManyLines()
    {
        using var deadline = new Deadline();
        var worker = new FakeWorker
        {
            OnInvoke = async (worker, request) =>
            {
                for (var line = 0; line < 510; line++) await worker.SendAsync(Log(request.InvocationId, "Any", RpcLog.Types.Level.Information, $"{line}"));
                return FakeWorker.Success();
            },
        };
        await using var running = new RunningHost { StartWorker = worker.Start };
        await running.StartAsync(deadline.Token);

        running.Host.TryInvokeNow("Tick");
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, deadline.Token);

        Assert.Equal(500, Assert.Single(running.Outcomes).Logs.Count);
        Assert.Equal(510, running.Output.Count);
    }

    private static StreamingMessage Log(string invocation, string category, RpcLog.Types.Level level, string message) => new()
    {
        RpcLog = new RpcLog { InvocationId = invocation, Category = category, Level = level, Message = message },
    };
}
