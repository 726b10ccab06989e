using System.Net;
using System.Text.Json;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Redaction.Detectors.Credentials;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The executable and the HTTP calls that the Functions host makes to it, byte for byte as documented.</summary>
public sealed class InvocationTests(SharedStorage storage)
{
    private const string Metadata = """
        {
          "PartitionContext":{"IsCheckpointingAfterInvocation":true,"FullyQualifiedNamespace":"ns.servicebus.windows.net","EventHubName":"spans","ConsumerGroup":"$Default","PartitionId":"3"},
          "PartitionKeyArray":"[\"pk\",null]","OffsetStringArray":"[\"8589938888\",\"8589939000\"]",
          "SequenceNumberArray":"[41,42]","EnqueuedTimeUtcArray":"[\"2026-05-04T10:20:30.123\",\"2026-05-04T10:20:30.123\"]",
          "PropertiesArray":"[{\"deviceId\":\"d1\",\"n\":5,\"bin\":\"AQI=\"},{}]",
          "SystemPropertiesArray":"[{\"SequenceNumber\":41,\"Offset\":8589938888},{\"SequenceNumber\":42,\"Offset\":8589939000}]",
          "RetryContext":{"RetryCount":0,"MaxRetryCount":-1,"Exception":null},
          "sys":{"MethodName":"ForwardSpans","UtcNow":"2026-05-04T10:20:31.000Z","RandGuid":"3f0e3a52-6a0c-4c5c-9a4e-1d1f5f0b7c11"}}
        """;

    // Newer hosts may say more, and in other places.
    private const string UnknownMetadata = """
        {"Fabric":{"Nested":[{"PartitionId":"9"},[1,2,{"a":null}]]},"Data":{"events":"[\"AAAA\"]"},"SequenceNumberArray":41,"PartitionContext":"3","New":true,"Null":null}
        """;

    [Fact]
    public async Task TheHostsInvocationIsAnsweredWithAJsonObject()
    {
        using var deadline = new Deadline();
        await using var running = await RunningExecutable.StartAsync(storage.ConnectionString, deadline.Token);
        var (one, two) = (Some.Event(), Some.Event());

        using var answer = await running.Relay.InvokeAsync(Envelope([one.Body, two.Body]), deadline.Token);

        await AssertSuccessAsync(answer, deadline.Token);
        Assert.Equal([one.SpanId, two.SpanId], running.DeliveredIds);
    }

    [Fact]
    public async Task EventsThatAreNoSpansAreNamedByTheirPartitionAndSequenceNumber()
    {
        using var deadline = new Deadline();
        await using var running = await RunningExecutable.StartAsync(storage.ConnectionString, deadline.Token);

        using var answer = await running.Relay.InvokeAsync($$"""{"Data":{"events":"[\"AAEC/w==\",\"eyJhIjoxfQ==\"]"},"Metadata":{{Metadata}}}""", deadline.Token);

        await AssertSuccessAsync(answer, deadline.Token);
        await running.Relay.Output.WhenWrittenAsync(line => line.IsError && line.Line.Contains("partition 3, sequence number 41,", StringComparison.Ordinal), deadline.Token);
        await running.Relay.Output.WhenWrittenAsync(line => line.IsError && line.Line.Contains("partition 3, sequence number 42,", StringComparison.Ordinal), deadline.Token);
    }

    [Fact]
    public async Task ABatchBeyondTheWebServersOwnLimitIsTaken()
    {
        const int KestrelsLimit = 30_000_000;
        using var deadline = new Deadline();
        await using var running = await RunningExecutable.StartAsync(storage.ConnectionString, deadline.Token);
        var events = Enumerable.Range(0, 30).Select(_ => Some.Event(Some.Attribute("note", new string('x', 800_000)))).ToList();
        var envelope = Envelope([.. events.Select(it => it.Body)]);
        Assert.True(envelope.Length > KestrelsLimit);

        using var answer = await running.Relay.InvokeAsync(envelope, deadline.Token);

        await AssertSuccessAsync(answer, deadline.Token);
        Assert.Equal(events.Select(it => it.SpanId).Order(), running.DeliveredIds.Order()); // Several requests at once: in no order.
    }

    [Theory]
    [InlineData(UnknownMetadata)]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task MetadataThatIsUnknownOrMissingKeepsNothingFromArriving(string? metadata)
    {
        using var deadline = new Deadline();
        await using var running = await RunningExecutable.StartAsync(storage.ConnectionString, deadline.Token);
        var (body, id) = Some.Event();

        using var answer = await running.Relay.InvokeAsync(Envelope([body], metadata), deadline.Token);

        await AssertSuccessAsync(answer, deadline.Token);
        Assert.Equal([id], running.DeliveredIds);
    }

    [Fact]
    public async Task MalformedInvocationsAreRefusedAndTheNextOneSucceeds()
    {
        using var deadline = new Deadline();
        await using var running = await RunningExecutable.StartAsync(storage.ConnectionString, deadline.Token);
        var (body, id) = Some.Event();
        var good = Envelope([body]);
        string[] malformed =
        [
            "", "null", "[]", "{}", "events", "{\"Data\":{}}", "{\"Data\":{\"events\":5}}", "{\"Data\":{\"events\":\"[5]\"}}",
            "{\"Data\":{\"events\":\"[\\\"no base64!\\\"]\"}}", good[..60], good[..^1],
        ];

        foreach (var envelope in malformed)
        {
            using var refusal = await running.Relay.InvokeAsync(envelope, deadline.Token);
            Assert.False(refusal.IsSuccessStatusCode, $"Taken for an invocation: {envelope}");
        }

        Assert.Empty(running.DeliveredIds);
        using var answer = await running.Relay.InvokeAsync(good, deadline.Token, chunked: false);
        await AssertSuccessAsync(answer, deadline.Token);
        Assert.Equal([id], running.DeliveredIds);
        await running.Relay.Output.WhenWrittenAsync(_ => running.Relay.Output.Errors.Count >= malformed.Length, deadline.Token);
        Assert.All(running.Relay.Output.Errors, line => Assert.Contains("The Functions host's invocation cannot be read", line, StringComparison.Ordinal));
    }

    private static string Envelope(byte[][] events, string? metadata = Metadata)
    {
        var list = string.Join(',', events.Select(body => $"\\\"{Convert.ToBase64String(body)}\\\""));
        var data = $$"""{"Data":{"events":"[{{list}}]"}""";
        return metadata is null ? data + "}" : $"{data},\"Metadata\":{metadata}}}";
    }

    private static async Task AssertSuccessAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }

    private sealed record RunningExecutable(DynatraceServer Dynatrace, RelayProcess Relay) : IAsyncDisposable
    {
        public IEnumerable<string> DeliveredIds => Dynatrace.Spans.Select(span => span.Span.Id());

        public static async Task<RunningExecutable> StartAsync(string storage, CancellationToken cancellationToken)
        {
            var dynatrace = await DynatraceServer.StartAsync(cancellationToken: cancellationToken);
            var token = DynatraceToken.CreateClassic();
            dynatrace.AddToken(token);
            var running = new RunningExecutable(dynatrace, RelayProcess.Start(new Dictionary<string, string>
            {
                ["Dynatrace__Environment"] = dynatrace.BaseAddress.GetLeftPart(UriPartial.Authority),
                ["Dynatrace__ApiToken"] = token.Value,
                ["AzureWebJobsStorage"] = storage,
            }));
            await running.Relay.WhenReadyAsync(cancellationToken);
            return running;
        }

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await Dynatrace.DisposeAsync();
        }
    }
}
