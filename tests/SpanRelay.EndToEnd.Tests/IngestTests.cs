using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Google.Protobuf;
using SpanRelay.EndToEnd.Tests.Senders;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Exporters that others wrote send to the OTLP address of the function app.</summary>
public sealed class IngestTests : IDisposable
{
    private readonly Deadline _deadline = new(TimeSpan.FromMinutes(10));
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    public void Dispose()
    {
        _client.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task SpansOfEachExporterArriveAndNothingPlantedIsInTheHub()
    {
        await using var system = await RunningSystem.StartAsync(_deadline.Token, partitions: 4);
        var planted = new Planted();

        var sent = new List<string>();
        foreach (var gzip in new[] { false, true })
        {
            sent.AddRange(await DotNetSender.IngestAsync(system, planted, 100, gzip));
            sent.AddRange(await JavaScriptSender.IngestAsync(system, planted, 100, "proto", _deadline.Token, gzip));
            sent.AddRange(await JavaScriptSender.IngestAsync(system, planted, 100, "json", _deadline.Token, gzip));
        }

        await system.Local.WhenIdleAsync(_deadline.Token);
        Assert.Equal(sent.Order(), system.DeliveredIds.Order());
        var stored = await StoredAsync(system);
        Assert.All(stored, body => Assert.Empty(planted.FoundIn(body)));
        Assert.Equal(600, stored.Sum(body => Spans(body).Count()));
        Assert.Empty(system.Output.Errors);
    }

    [Fact]
    public async Task AKeyIsTakenFromEachPlaceAndEveryOtherFunctionStaysClosed()
    {
        await using var system = await RunningSystem.StartAsync(_deadline.Token);
        var key = system.Local.Http.FunctionKey;
        var export = Some.Event().Body;

        Assert.Equal(200, (await PostAsync(system, export, ("x-functions-key", key))).Status);
        Assert.Equal(200, (await PostAsync(system, export, ("Authorization", $"Bearer {key}"))).Status);
        Assert.Equal(200, (await PostAsync(system, export, ("Authorization", $"bearer {system.Local.Http.MasterKey}"))).Status);
        Assert.Equal(200, (await PostAsync(system, export, path: $"v1/traces?code={key}")).Status);
        Assert.Equal(401, (await PostAsync(system, export)).Status);
        Assert.Equal(401, (await PostAsync(system, export, ("x-functions-key", key + "x"))).Status);
        Assert.Equal(401, (await PostAsync(system, export, ("Authorization", $"Basic {key}"))).Status);
        Assert.Equal(401, (await PostAsync(system, export, ("Authorization", $"Bearer {key}"), path: "dead-letters/replay")).Status);
        using var withoutKey = await _client.GetAsync(new Uri(system.Local.Http.Address, "v1/traces/key"), _deadline.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, withoutKey.StatusCode);
        Assert.DoesNotContain(system.Output.Lines, line => line.Line.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OtherSignalsMethodsAndBodiesHaveTheProtocolsAnswers()
    {
        await using var system = await RunningSystem.StartAsync(_deadline.Token);
        (string, string) key = ("x-functions-key", system.Local.Http.FunctionKey);

        var logs = await PostAsync(system, [], path: "v1/logs");
        Assert.Equal((404, "application/x-protobuf", 0x08), (logs.Status, logs.ContentType, logs.Body[0]));
        Assert.Equal(404, (await PostAsync(system, [], path: "v1/metrics")).Status);
        using var get = await _client.GetAsync(system.Local.IngestAddress, _deadline.Token);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (get.StatusCode, string.Join(',', get.Content.Headers.Allow)));
        Assert.Equal(200, (await PostAsync(system, [], key)).Status);
        Assert.Equal(415, (await PostAsync(system, [], key, contentType: "text/plain")).Status);
        var notOtlp = await PostAsync(system, "{\"a\":1}"u8.ToArray(), key, contentType: "application/json");
        Assert.Equal((400, "application/json"), (notOtlp.Status, notOtlp.ContentType));
        Assert.Contains("\"code\":3", System.Text.Encoding.UTF8.GetString(notOtlp.Body), StringComparison.Ordinal);
        Assert.Equal(413, (await PostAsync(system, new byte[65 * 1024 * 1024], key)).Status);
        Assert.Equal(0, system.Local.Hub.CountOf(0));
    }

    [Fact]
    public async Task TwentyMegabytesAreSplitAndArriveWhole()
    {
        await using var system = await RunningSystem.StartAsync(_deadline.Token, partitions: 4);
        var spans = Enumerable.Range(0, 2_000).Select(_ => Some.Span()).ToArray();
        foreach (var span in spans)
            span.Attributes.Add(Some.Attribute("note", Convert.ToHexString(RandomNumberGenerator.GetBytes(5_000))));
        var export = Some.Request(spans).ToByteArray();
        Assert.InRange(export.Length, 20_000_000, 21_000_000);

        Assert.Equal(200, (await PostAsync(system, export, ("x-functions-key", system.Local.Http.FunctionKey))).Status);
        await system.Local.WhenIdleAsync(_deadline.Token);

        Assert.Equal(spans.Select(span => span.Id()).Order(), system.DeliveredIds.Order());
        Assert.All(system.Dynatrace.Spans, received => Assert.Contains(received.Resource.Attributes, attribute => attribute.Key == "service.name"));
    }

    [Fact]
    public async Task ASpanThatNoEventHoldsIsDeadLetteredAndItsNeighborArrives()
    {
        await using var system = await RunningSystem.StartAsync(_deadline.Token);
        var (large, small) = (Some.Span(), Some.Span());
        large.Attributes.Add(Some.Attribute("note", Convert.ToHexString(RandomNumberGenerator.GetBytes(1_500_000))));

        var answer = await PostAsync(system, Some.Request(large, small).ToByteArray(), ("x-functions-key", system.Local.Http.FunctionKey));

        Assert.Equal((200, 1), (answer.Status, ExportTraceServiceResponse.Parser.ParseFrom(answer.Body).PartialSuccess.RejectedSpans));
        var record = await system.WhenRecordedAsync(_deadline.Token);
        Assert.Equal("span-too-large-for-event", record.GetProperty("diagnosis").GetProperty("code").GetString());
        await system.Local.WhenIdleAsync(_deadline.Token);
        Assert.Equal([small.Id()], system.DeliveredIds);
    }

    [Fact]
    public async Task AnExporterThatIsToldToRetryLosesNothing()
    {
        await using var system = await RunningSystem.StartAsync(_deadline.Token, partitions: 4);
        var planted = new Planted();
        system.Local.Hub.MaxBytesPerSecond = 0;

        var sending = JavaScriptSender.IngestAsync(system, planted, 20, "proto", _deadline.Token);
        await system.Output.WhenWrittenAsync(line => line.Line.Contains("their senders got 503", StringComparison.Ordinal), _deadline.Token);
        system.Local.Hub.MaxBytesPerSecond = null;
        var sent = await sending;

        await system.Local.WhenIdleAsync(_deadline.Token);
        Assert.Equal(20, sent.Count);
        Assert.Empty(sent.Except(system.DeliveredIds));
    }

    [Fact]
    public async Task UnderThreeTimesWhatTheHubTakesNothingAcknowledgedIsLostAndItRecovers()
    {
        const int Senders = 24;
        const int Exports = 2;
        var settings = new Dictionary<string, string>
        {
            ["DOTNET_GCHeapHardLimit"] = "10000000", // Hexadecimal: 256 MiB.
            ["Ingest__SendTimeout"] = "00:00:01",
        };
        await using var system = await RunningSystem.StartAsync(_deadline.Token, partitions: 4, settings);
        var process = system.Local.Host.ProcessId;
        system.Local.Hub.MaxBytesPerSecond = 400_000;
        var start = Stopwatch.GetTimestamp();

        var results = await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendUntilAcknowledgedAsync(system, Exports)));

        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var stored = (await StoredAsync(system)).SelectMany(body => Spans(body)).ToHashSet();
        Assert.Empty(results.SelectMany(result => result.Acknowledged).Except(stored));
        Assert.Equal(Senders * Exports, results.Sum(result => result.Acknowledged.Count));
        Assert.All(results.SelectMany(result => result.Refusals), status => Assert.Equal(503, status));
        var attempts = results.Sum(result => result.Refusals.Count) + (Senders * Exports);
        Assert.True(attempts > Senders * Exports);
        Assert.Equal(process, system.Local.Host.ProcessId);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{attempts} attempts for {Senders * Exports} exports in {elapsed:N0} s, peak of the worker {Processes.PeakMegabytes(process!.Value)} MB with a heap of 256 MiB"));

        system.Local.Hub.MaxBytesPerSecond = null;
        Assert.Equal(200, (await PostAsync(system, Some.Event().Body, ("x-functions-key", system.Local.Http.FunctionKey))).Status);
    }

    private async Task<(List<string> Acknowledged, List<int> Refusals)> SendUntilAcknowledgedAsync(RunningSystem system, int exports)
    {
        var (acknowledged, refusals) = (new List<string>(), new List<int>());
        while (acknowledged.Count < exports)
        {
            var (body, id) = Some.Event(Some.Attribute("note", Convert.ToHexString(RandomNumberGenerator.GetBytes(200_000))));
            while (await PostAsync(system, body, ("x-functions-key", system.Local.Http.FunctionKey)) is var answer && answer.Status != 200)
            {
                refusals.Add(answer.Status);
                Assert.NotNull(answer.RetryAfter);
                await Task.Delay(answer.RetryAfter.Value / 10, TimeProvider.System, _deadline.Token); // As ten times the senders would.
            }

            acknowledged.Add(id);
        }

        return (acknowledged, refusals);
    }

    private async Task<Answer> PostAsync(
        RunningSystem system, byte[] body, (string Name, string Value)? header = null, string path = "v1/traces", string contentType = "application/x-protobuf")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(system.Local.Http.Address, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (header is var (name, value))
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request, _deadline.Token);
        return new Answer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsByteArrayAsync(_deadline.Token),
            response.Headers.RetryAfter?.Delta);
    }

    private async Task<List<ReadOnlyMemory<byte>>> StoredAsync(RunningSystem system)
    {
        var bodies = new List<ReadOnlyMemory<byte>>();
        var hub = system.Local.Hub;
        for (var partition = 0; partition < hub.PartitionCount; partition++)
        {
            if (hub.CountOf(partition) > 0)
                bodies.AddRange((await hub.ReadAsync(partition, 0, int.MaxValue, _deadline.Token)).Select(stored => Some.Gunzip(stored.Body)));
        }

        return bodies;
    }

    private static IEnumerable<string> Spans(ReadOnlyMemory<byte> export) =>
        from resource in ExportTraceServiceRequest.Parser.ParseFrom(export.Span).ResourceSpans
        from scope in resource.ScopeSpans
        from span in scope.Spans
        select span.Id();

    private sealed record Answer(int Status, string? ContentType, byte[] Body, TimeSpan? RetryAfter);
}
