using System.Globalization;
using Google.Protobuf;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;
using SpanRelay.Tests.GenAi.Metrics;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Metrics of the published function app, against a recount of the spans that Dynatrace has.</summary>
public sealed class MetricsTests
{
    private const int Partitions = 4;

    private static readonly Dictionary<string, string> Settings = new() { ["GenAi__Metrics"] = "true", ["GenAi__MetricsByTeam"] = "true" };

    [Fact]
    public async Task MetricsEqualARecountThroughRedeliveryAndFallbacksOnFourPartitions()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, Partitions, Settings);
        // Beyond the relay's retry budget: these batches are held and redelivered.
        system.Dynatrace.FailNext(6, new Fault { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "600" } });
        system.Dynatrace.FailNextMetrics(1, new Fault { Status = 503 });

        await SendAsync(system, events: 60, deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);
        var delivered = Delivered(system);
        await system.Dynatrace.WhenAsync(() => Recount.Of(system.Dynatrace.Metrics).Count >= delivered.Count, deadline.Token);

        Assert.Equal(delivered.Lines, Recount.Of(system.Dynatrace.Metrics).Lines);
        Assert.Equal(system.DeliveredIds.Count, system.DeliveredIds.Distinct().Count());
        Assert.Contains(system.Outcomes, outcome => !outcome.Succeeded);
        Assert.All(system.Dynatrace.MetricRequests, request => Assert.True(request.Response.Status is 200 or 503));
        Report(system, delivered);
    }

    [Fact]
    public async Task AcrossKillsNoSpanIsCountedTwice()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, Partitions, Settings);
        var kills = new KillsOnTheWay(system, atSpans: [60, 160]);
        system.Dynatrace.OnRequest = kills.OnRequestAsync;

        await SendAsync(system, events: 60, deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);
        // What this process counted before is sent before this, or with it.
        var last = Call("last", "gpt-4o", failed: false);
        await system.SendAsync(Some.Request(last).ToByteArray(), deadline.Token);
        await system.Dynatrace.WhenAsync(() => Recount.Of(system.Dynatrace.Metrics).Lines.Any(line => line.Contains("subject_teams=last", StringComparison.Ordinal)), deadline.Token);

        var delivered = Delivered(system);
        Assert.Equal(2, kills.Count);
        Assert.True(Recount.Of(system.Dynatrace.Metrics).IsWithin(delivered), string.Join('\n', delivered.Lines.Concat(Recount.Of(system.Dynatrace.Metrics).Lines)));
        Report(system, delivered);
    }

    [Fact]
    public async Task WithoutTheScopeSpansAreDeliveredAndTheLogNamesIt()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, settings: Settings);
        system.Dynatrace.AddToken(system.Local.Token! with { Scopes = [DynatraceToken.ClassicIngestScope] });

        await SendAsync(system, events: 3, deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);
        await system.Output.WhenWrittenAsync(line => line.Line.Contains("Metrics cannot be sent", StringComparison.Ordinal), deadline.Token);
        await SendAsync(system, events: 3, deadline.Token);
        await system.Local.WhenIdleAsync(deadline.Token);

        Assert.Contains(
            system.Output.Lines,
            line => line.Line.Contains("Use one of: metrics.ingest\" Create an access token with the scopes openTelemetryTrace.ingest and metrics.ingest and store it", StringComparison.Ordinal));
        Assert.Equal(30, system.DeliveredIds.Distinct().Count());
        Assert.All(system.Outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Reason));
    }

    private static Recount Delivered(RunningSystem system) =>
        Recount.Of(system.Dynatrace.Spans.DistinctBy(each => each.Span.Id()).Select(each => (each.Resource, each.Span)), byTeam: true);

    /// <summary>Each event a trace: a root, a model that failed, the one it fell back to, a guardrail and a network call.</summary>
    private static async Task SendAsync(RunningSystem system, int events, CancellationToken cancellationToken)
    {
        for (var i = 0; i < events; i++)
        {
            var team = i % 3 == 0 ? "red" : "blue";
            var root = Call(team, "gpt-4o", failed: false);
            root.Attributes[0] = Some.Attribute("tfy.span_type", "ChatCompletion");
            var guardrail = Some.Span();
            guardrail.Attributes.Add(Some.Attribute("tfy.span_type", "Guardrail"));
            var export = Some.Request(root, Call(team, "gpt-4o", failed: true), Call(team, "claude-sonnet-4", failed: false), guardrail, Some.Span());
            await system.SendAsync(export.ToByteArray(), cancellationToken, i % system.Local.Hub.PartitionCount);
        }
    }

    private static Span Call(string team, string model, bool failed)
    {
        var span = Some.Span();
        span.StartTimeUnixNano = span.EndTimeUnixNano - (failed ? 40UL : 1_700) * 1_000_000;
        span.Attributes.Add([Some.Attribute("tfy.span_type", "Model"), Some.Attribute("gen_ai.operation.name", "chat"), Some.Attribute("gen_ai.provider.name", "openai")]);
        span.Attributes.Add([Some.Attribute("gen_ai.request.model", model), Some.Attribute("tfy.request.created_by_subject_teams", team)]);
        if (failed)
            span.Attributes.Add(Some.Attribute("error.type", "429"));
        else
            span.Attributes.Add([Number("gen_ai.usage.input_tokens", 120), Number("gen_ai.usage.output_tokens", 35), new KeyValue { Key = "gen_ai.usage.cost", Value = new AnyValue { DoubleValue = 0.00125 } }]);
        return span;
    }

    private static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    private static void Report(RunningSystem system, Recount delivered) => TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{system.DeliveredIds.Distinct().Count()} spans delivered ({system.DeliveredIds.Count - system.DeliveredIds.Distinct().Count()} twice), {system.Outcomes.Count(outcome => !outcome.Succeeded)} failed invocations, {system.Dynatrace.MetricRequests.Count} requests with metrics: {Recount.Of(system.Dynatrace.Metrics).Count} of {delivered.Count} values counted."));
}
