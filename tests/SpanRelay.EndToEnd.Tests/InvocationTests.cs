using Google.Protobuf.Collections;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The worker and the messages that the Functions host sends to it.</summary>
public sealed class InvocationTests(SharedStorage storage)
{
    [Fact]
    public async Task TheHostsInvocationSucceeds()
    {
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        var (one, two) = (Some.Event(), Some.Event());

        var answer = await running.InvokeAsync([one.Body, two.Body], RunningWorker.Metadata([one.Body, two.Body]), deadline.Token);

        Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
        Assert.Equal([one.SpanId, two.SpanId], running.DeliveredIds);
    }

    [Fact]
    public async Task EventsThatAreNoSpansAreNamedByTheirPartitionAndSequenceNumber()
    {
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        byte[][] bodies = [[0, 1, 2, 255], "{\"a\":1}"u8.ToArray()];

        var answer = await running.InvokeAsync(bodies, RunningWorker.Metadata(bodies), deadline.Token);

        Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
        await running.Relay.Output.WhenWrittenAsync(line => line.IsError && line.Line.Contains("partition 3, sequence number 41,", StringComparison.Ordinal), deadline.Token);
        await running.Relay.Output.WhenWrittenAsync(line => line.IsError && line.Line.Contains("partition 3, sequence number 42,", StringComparison.Ordinal), deadline.Token);
    }

    [Fact]
    public async Task ABatchBeyondGrpcsOwnLimitIsForwarded()
    {
        const int GrpcsLimit = 4 * 1024 * 1024;
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        var events = Enumerable.Range(0, 30).Select(_ => Some.Event(Some.Attribute("note", new string('x', 800_000)))).ToList();
        byte[][] bodies = [.. events.Select(it => it.Body)];
        Assert.True(bodies.Sum(body => body.Length) > GrpcsLimit);

        var answer = await running.InvokeAsync(bodies, RunningWorker.Metadata(bodies), deadline.Token);

        Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
        Assert.Equal(events.Select(it => it.SpanId).Order(), running.DeliveredIds.Order()); // Several requests at once: in no order.
    }

    [Fact]
    public async Task ElementTypesOtherThanBytesFailTheInvocationAndTheNextOneSucceeds()
    {
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        var (body, id) = Some.Event();
        var strings = new CollectionString();
        strings.String.Add("no bytes");
        var request = running.Relay.Request([body], RunningWorker.Metadata([body]));
        request.InputData[0].Data = new TypedData { CollectionString = strings };

        var refusal = await running.Relay.InvokeAsync(request, deadline.Token);
        var answer = await running.InvokeAsync([body], RunningWorker.Metadata([body]), deadline.Token);

        Assert.Equal(StatusResult.Types.Status.Failure, refusal.Result.Status);
        Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
        Assert.Equal([id], running.DeliveredIds);
    }

    [Fact]
    public async Task ABatchWithOddMetadataIsForwardedWithAWarning()
    {
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        foreach (var (name, value, warning) in OddMetadata)
        {
            var (one, two) = (Some.Event(), Some.Event());
            byte[][] bodies = [one.Body, two.Body];
            var metadata = RunningWorker.Metadata(bodies);
            metadata.Remove(name);
            if (value is not null)
                metadata.Add(name, value);

            var answer = await running.InvokeAsync(bodies, metadata, deadline.Token);

            Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
            Assert.Equal([one.SpanId, two.SpanId], running.DeliveredIds.TakeLast(2));
            await running.Relay.Output.WhenWrittenAsync(
                line => line.Line.Contains($"a batch with unexpected metadata: {warning}", StringComparison.Ordinal), deadline.Token);
        }
    }

    [Fact]
    public async Task ABatchWithoutAnyMetadataIsForwarded()
    {
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        var (body, id) = Some.Event();

        var answer = await running.InvokeAsync([body], null, deadline.Token);

        Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
        Assert.Equal([id], running.DeliveredIds);
    }

    /// <summary>What replaces an entry of the metadata, null for nothing, and how the warning starts.</summary>
    private static readonly (string Name, TypedData? Value, string Warning)[] OddMetadata =
    [
        ("PartitionContext", null, "PartitionContext has no PartitionId."),
        ("PartitionContext", new TypedData { String = "3" }, "PartitionContext has no PartitionId."),
        ("PartitionContext", new TypedData { Json = """{"PartitionId":3}""" }, "PartitionContext has no PartitionId."),
        ("SequenceNumberArray", null, "SequenceNumberArray has 0 entries for 2 events."),
        ("SequenceNumberArray", new TypedData { CollectionSint64 = new CollectionSInt64 { Sint64 = { 41 } } }, "SequenceNumberArray has 1 entries for 2 events."),
        ("SequenceNumberArray", new TypedData { Json = """["41","42"]""" }, "SequenceNumberArray has 0 entries for 2 events."),
        ("EnqueuedTimeUtcArray", null, "EnqueuedTimeUtcArray has 0 entries for 2 events."),
        ("EnqueuedTimeUtcArray", new TypedData { Json = """["today",7]""" }, "EnqueuedTimeUtcArray has 0 entries for 2 events."),
        ("EnqueuedTimeUtcArray", new TypedData { Json = "[" }, "EnqueuedTimeUtcArray has 0 entries for 2 events."),
    ];
}
