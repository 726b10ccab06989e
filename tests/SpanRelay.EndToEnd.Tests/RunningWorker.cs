using System.Globalization;
using Azure.Messaging.EventHubs;
using Google.Protobuf.Collections;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local.Host.EventHubs;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>A worker that delivers to a stand-in for Dynatrace.</summary>
internal sealed record RunningWorker(DynatraceServer Dynatrace, RelayProcess Relay) : IAsyncDisposable
{
    public IEnumerable<string> DeliveredIds => Dynatrace.Spans.Select(span => span.Span.Id());

    /// <param name="more">More of the worker's environment.</param>
    public static async Task<RunningWorker> StartAsync(string storage, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? more = null)
    {
        var dynatrace = await DynatraceServer.StartAsync(cancellationToken: cancellationToken);
        var token = DynatraceToken.CreateClassic();
        dynatrace.AddToken(token);
        var settings = Settings(storage);
        settings["Dynatrace__Environment"] = dynatrace.BaseAddress.GetLeftPart(UriPartial.Authority);
        settings["Dynatrace__ApiToken"] = token.Value;
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
            settings[name] = value;
        var relay = await RelayProcess.StartAsync(settings, cancellationToken);
        var running = new RunningWorker(dynatrace, relay);
        await relay.WhenReadyAsync(cancellationToken);
        return running;
    }

    /// <summary>With which a worker starts, of an environment that does not exist.</summary>
    public static Dictionary<string, string> Settings(string storage) => new()
    {
        ["Dynatrace__Environment"] = "http://127.0.0.1:9",
        ["Dynatrace__ApiToken"] = DynatraceToken.CreateClassic().Value,
        ["AzureWebJobsStorage"] = storage,
        ["EVENTHUB_NAME"] = "spans",
    };

    /// <summary>Completes when Dynatrace has a request.</summary>
    public async Task WhenRequestedAsync(CancellationToken cancellationToken)
    {
        while (Dynatrace.Requests.Count == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
    }

    public Task<InvocationResponse> InvokeAsync(IEnumerable<byte[]> bodies, MapField<string, TypedData>? metadata, CancellationToken cancellationToken) =>
        Relay.InvokeAsync(Relay.Request(bodies, metadata), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        await Dynatrace.DisposeAsync();
    }

    /// <summary>A batch of partition 3, from sequence number 41 on, as the host describes it.</summary>
    public static MapField<string, TypedData> Metadata(IReadOnlyList<byte[]> bodies, string partition = "3")
    {
        var metadata = new MapField<string, TypedData>();
        var enqueued = DateTimeOffset.Parse("2026-05-04T10:20:30.123Z", CultureInfo.InvariantCulture);
        var events = bodies.Select((body, index) => EventHubsModelFactory.EventData(
            BinaryData.FromBytes(body), sequenceNumber: 41 + index, offsetString: $"{8_589_938_888 + index}", enqueuedTime: enqueued));
        EventHubMetadata.Write(metadata, new EventHubSource("ns.servicebus.windows.net", "spans", "$Default"), new EventHubBatch(partition, [.. events]));
        return metadata;
    }
}
