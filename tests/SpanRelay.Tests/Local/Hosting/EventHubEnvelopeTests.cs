using System.Text;
using System.Text.Json;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Hosting;

namespace SpanRelay.Tests.Local.Hosting;

public sealed class EventHubEnvelopeTests
{
    private static readonly DateTimeOffset Enqueued = new(2026, 5, 4, 10, 20, 30, 123, TimeSpan.Zero);

    private static readonly EventHubSource Source =
        new("ForwardSpans", "events", "spans", "$Default", -1) { FullyQualifiedNamespace = "ns.servicebus.windows.net" };

    [Fact]
    public async Task ItIsLiterallyWhatTheHostWrites()
    {
        StoredEvent[] events =
        [
            new(new byte[] { 0, 1, 2, 255 }, 41, "8589938888", Enqueued, "pk", new Dictionary<string, object?> { ["deviceId"] = "d1", ["n"] = 5, ["bin"] = new byte[] { 1, 2 } }),
            new("{\"a\":1}"u8.ToArray(), 42, "8589939000", Enqueued, null, new Dictionary<string, object?>()),
        ];
        var expected = """
            {"Data":{"events":"[\"AAEC/w==\",\"eyJhIjoxfQ==\"]"},
            "Metadata":{
            "PartitionContext":{"IsCheckpointingAfterInvocation":true,"FullyQualifiedNamespace":"ns.servicebus.windows.net","EventHubName":"spans","ConsumerGroup":"$Default","PartitionId":"3"},
            "PartitionKeyArray":"[\"pk\",null]","OffsetStringArray":"[\"8589938888\",\"8589939000\"]",
            "SequenceNumberArray":"[41,42]","EnqueuedTimeUtcArray":"[\"2026-05-04T10:20:30.123\",\"2026-05-04T10:20:30.123\"]",
            "PropertiesArray":"[{\"deviceId\":\"d1\",\"n\":5,\"bin\":\"AQI=\"},{}]",
            "SystemPropertiesArray":"[{\"SequenceNumber\":41,\"Offset\":8589938888},{\"SequenceNumber\":42,\"Offset\":8589939000}]",
            "RetryContext":{"RetryCount":0,"MaxRetryCount":-1,"Exception":null},
            "sys":{"MethodName":"ForwardSpans","UtcNow":"2026-05-04T10:20:31.5Z","RandGuid":"00000000-0000-0000-0000-000000000000"}}}
            """.ReplaceLineEndings("");

        Assert.Equal(expected, await WriteAsync(new EventHubInvocation(3, events)));
    }

    [Fact]
    public async Task PropertiesThatNeedEscapingSurviveBothLayers()
    {
        var properties = new Dictionary<string, object?> { ["q\"uote"] = "back\\slash, \"quote\", ü, \n, 😀" };
        var envelope = await WriteAsync(new EventHubInvocation(0, [new StoredEvent(default, 0, "0", Enqueued, null, properties)]));
        using var outer = JsonDocument.Parse(envelope);
        using var inner = JsonDocument.Parse(outer.RootElement.GetProperty("Metadata").GetProperty("PropertiesArray").GetString()!);
        Assert.Equal(properties["q\"uote"], inner.RootElement[0].GetProperty("q\"uote").GetString());
    }

    [Fact]
    public async Task ARetrySaysWhichItIsAndWhy()
    {
        var envelope = await WriteAsync(new EventHubInvocation(0, [new StoredEvent(default, 0, "0", Enqueued, null, new Dictionary<string, object?>())], 2, "status 500"));
        Assert.Contains("""RetryContext":{"RetryCount":2,"MaxRetryCount":-1,"Exception":{"Message":"status 500"}}""", envelope, StringComparison.Ordinal);
    }

    [Fact]
    public void ItHasNoLength()
    {
        using var envelope = new EventHubEnvelope(Source, new EventHubInvocation(0, []), Enqueued, Guid.Empty);
        Assert.Null(envelope.Headers.ContentLength);
        Assert.Equal("application/json; charset=utf-8", envelope.Headers.ContentType?.ToString());
    }

    private static async Task<string> WriteAsync(EventHubInvocation invocation)
    {
        using var envelope = new EventHubEnvelope(Source, invocation, Enqueued.AddMilliseconds(1377), Guid.Empty);
        return Encoding.UTF8.GetString(await envelope.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
