using System.Globalization;
using Azure.Messaging.EventHubs;
using Google.Protobuf.Collections;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host.EventHubs;
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

        var answer = await running.InvokeAsync([one.Body, two.Body], Metadata([one.Body, two.Body]), deadline.Token);

        Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
        Assert.Equal([one.SpanId, two.SpanId], running.DeliveredIds);
    }

    [Fact]
    public async Task EventsThatAreNoSpansAreNamedByTheirPartitionAndSequenceNumber()
    {
        using var deadline = new Deadline();
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token);
        byte[][] bodies = [[0, 1, 2, 255], "{\"a\":1}"u8.ToArray()];

        var answer = await running.InvokeAsync(bodies, Metadata(bodies), deadline.Token);

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

        var answer = await running.InvokeAsync(bodies, Metadata(bodies), deadline.Token);

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
        var request = running.Relay.Request([body], Metadata([body]));
        request.InputData[0].Data = new TypedData { CollectionString = strings };

        var refusal = await running.Relay.InvokeAsync(request, deadline.Token);
        var answer = await running.InvokeAsync([body], Metadata([body]), deadline.Token);

        Assert.Equal(StatusResult.Types.Status.Failure, refusal.Result.Status);
        Assert.Equal(StatusResult.Types.Status.Success, answer.Result.Status);
        Assert.Equal([id], running.DeliveredIds);
    }

    private static MapField<string, TypedData> Metadata(IReadOnlyList<byte[]> bodies)
    {
        var metadata = new MapField<string, TypedData>();
        var enqueued = DateTimeOffset.Parse("2026-05-04T10:20:30.123Z", CultureInfo.InvariantCulture);
        var events = bodies.Select((body, index) => EventHubsModelFactory.EventData(
            BinaryData.FromBytes(body), sequenceNumber: 41 + index, offsetString: $"{8_589_938_888 + index}", enqueuedTime: enqueued));
        EventHubMetadata.Write(metadata, new EventHubSource("ns.servicebus.windows.net", "spans", "$Default"), new EventHubBatch("3", [.. events]));
        return metadata;
    }

    private sealed record RunningWorker(DynatraceServer Dynatrace, RelayProcess Relay) : IAsyncDisposable
    {
        public IEnumerable<string> DeliveredIds => Dynatrace.Spans.Select(span => span.Span.Id());

        public static async Task<RunningWorker> StartAsync(string storage, CancellationToken cancellationToken)
        {
            var dynatrace = await DynatraceServer.StartAsync(cancellationToken: cancellationToken);
            var token = DynatraceToken.CreateClassic();
            dynatrace.AddToken(token);
            var relay = await RelayProcess.StartAsync(
                new Dictionary<string, string>
                {
                    ["Dynatrace__Environment"] = dynatrace.BaseAddress.GetLeftPart(UriPartial.Authority),
                    ["Dynatrace__ApiToken"] = token.Value,
                    ["AzureWebJobsStorage"] = storage,
                    ["EVENTHUB_NAME"] = "spans",
                },
                cancellationToken);
            var running = new RunningWorker(dynatrace, relay);
            await relay.WhenReadyAsync(cancellationToken);
            return running;
        }

        public Task<InvocationResponse> InvokeAsync(IEnumerable<byte[]> bodies, MapField<string, TypedData>? metadata, CancellationToken cancellationToken) =>
            Relay.InvokeAsync(Relay.Request(bodies, metadata), cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await Dynatrace.DisposeAsync();
        }
    }
}
