using CsCheck;
using Google.Protobuf;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.GenAi.Metrics;
using SpanRelay.Otlp.Schema;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.GenAi.Metrics;

public sealed class ModelCallReaderTests
{
    private const string Calls = "gen_ai.client.operation.duration";
    private const string Cost = "spanrelay.gen_ai.cost";

    [Fact]
    public void OfAFallbackEveryAttemptCountsAndTheSpansAroundThemDoNot()
    {
        var root = ModelSpans.Call(1, ModelSpans.Attribute("tfy.request_cost", 0.5), ModelSpans.Attribute("gen_ai.usage.input_tokens", 30L), Some.Attribute("gen_ai.operation.name", "chat"));
        root.Attributes[0] = Some.Attribute("tfy.span_type", "ChatCompletion");
        var failed = ModelSpans.Call(2, Some.Attribute("gen_ai.request.model", "gpt-4o"), Some.Attribute("error.type", "429"));
        var answered = ModelSpans.Call(3, Some.Attribute("gen_ai.request.model", "claude"), ModelSpans.Attribute("tfy.model.metric.cost_in_usd", 0.5), ModelSpans.Attribute("gen_ai.usage.input_tokens", 30L));
        var network = Some.Span(4, "POST https://api.openai.com/v1/chat/completions");

        var metrics = Read(root, failed, answered, network);

        Assert.Equal(["gen_ai.request.model=gpt-4o error.type=429", "gen_ai.request.model=claude"], Points(metrics, Calls).Select(each => each.Labels));
        Assert.Equal(0.5, Assert.Single(Points(metrics, Cost)).Sum);
        Assert.Equal(30, Assert.Single(Points(metrics, "gen_ai.client.token.usage")).Sum);
    }

    [Theory]
    [InlineData("chat", true)]
    [InlineData("text_completion", true)]
    [InlineData("generate_content", true)]
    [InlineData("embeddings", true)]
    [InlineData("invoke_agent", false)]
    [InlineData("execute_tool", false)]
    [InlineData("create_agent", false)]
    [InlineData("", true)] // A provider and a model say it too.
    public void SpansOfInstrumentationsAreModelSpansByTheirOperation(string operation, bool counts)
    {
        var span = Some.Span();
        span.Attributes.Add([Some.Attribute("gen_ai.operation.name", operation), Some.Attribute("gen_ai.system", "openai"), Some.Attribute("gen_ai.response.model", "gpt-4o")]);

        Assert.Equal(counts ? 1 : 0, Points(Read(span), Calls).Count());
    }

    [Fact]
    public void WithoutAProviderOrAModelASpanIsNoModelSpan()
    {
        var model = Some.Span();
        model.Attributes.Add(Some.Attribute("gen_ai.request.model", "gpt-4o"));
        var provider = Some.Span();
        provider.Attributes.Add(Some.Attribute("gen_ai.provider.name", "openai"));

        Assert.Empty(Read(model, provider));
    }

    [Fact]
    public void EachKeyOfTheTableIsRead()
    {
        foreach (var (field, key, scale) in SpanFields.Keys.Where(each => each.Field >= SpanField.InputTokens))
        {
            var metrics = Read(ModelSpans.Call(1, ModelSpans.Attribute(key, 7L)));

            var point = Assert.Single(metrics.Where(each => each.Metric.Name != Calls).SelectMany(each => Points([each], each.Metric.Name)));
            Assert.Equal((field, 7 * (double)scale), (field, point.Sum));
        }
    }

    [Fact]
    public void OfSeveralKeysTheConventionsCountsWhereverItStands()
    {
        var first = ModelSpans.Call(1, ModelSpans.Attribute("gen_ai.usage.cost", 1.0), ModelSpans.Attribute("tfy.request_cost", 2.0));
        var last = ModelSpans.Call(2, ModelSpans.Attribute("tfy.request_cost", 2.0), ModelSpans.Attribute("gen_ai.usage.cost", 1.0));

        Assert.Equal(2, Assert.Single(Points(Read(first, last), Cost)).Sum);
    }

    [Fact]
    public void NumbersAreReadInEverySpellingAndWhatIsNoneIsLeftOut()
    {
        AnyValue[] values =
        [
            new() { IntValue = 3 }, new() { DoubleValue = 3 }, new() { StringValue = "3" }, // Read.
            new() { IntValue = -3 }, new() { DoubleValue = double.NaN }, new() { DoubleValue = -1 }, new() { DoubleValue = double.PositiveInfinity }, new() { DoubleValue = 1e300 },
            new() { IntValue = long.MaxValue }, new() { StringValue = "3 tokens" }, new() { StringValue = "" }, new() { BoolValue = true }, new() { ArrayValue = new ArrayValue() }, new(),
        ];

        var metrics = Read([.. values.Select((value, i) => ModelSpans.Call(i + 1, new KeyValue { Key = "gen_ai.usage.input_tokens", Value = value }))]);

        Assert.Equal(9, Assert.Single(Points(metrics, "gen_ai.client.token.usage")).Sum);
        Assert.Equal(values.Length, Points(metrics, Calls).Sum(each => (int)each.Count));
    }

    [Fact]
    public void AFailedSpanWithoutAnErrorTypeIsToldApart()
    {
        var span = ModelSpans.Call(1);
        span.Status = new Status { Code = Status.Types.StatusCode.Error };

        Assert.Equal("error.type=_OTHER", Assert.Single(Points(Read(span), Calls)).Labels);
    }

    [Fact]
    public void TeamsAreToldApartOnlyWhereAskedFor()
    {
        var list = new AnyValue { ArrayValue = new ArrayValue { Values = { Some.Text("red"), Some.Text("blue") } } };
        var span = ModelSpans.Call(1, new KeyValue { Key = "tfy.request.created_by_subject_teams", Value = list });

        Assert.Equal("", Assert.Single(Points(Read(span), Calls)).Labels);
        Assert.Equal("tfy.request.created_by_subject_teams=red,blue", Assert.Single(Points(Read(true, span), Calls)).Labels);
    }

    [Fact]
    public void ALongLabelIsCutBetweenCharacters()
    {
        var model = new string('ü', 10_000);

        var label = Assert.Single(Points(Read(ModelSpans.Call(1, Some.Attribute("gen_ai.request.model", model))), Calls)).Labels;

        Assert.Equal("gen_ai.request.model=" + new string('ü', AttributeValue.LongestLabel / 2), label);
    }

    [Fact]
    public void ASpanThatEndsBeforeItStartsHasNoDuration()
    {
        var span = ModelSpans.Call(1, ModelSpans.Attribute("gen_ai.usage.cost", 1.0));
        span.StartTimeUnixNano = span.EndTimeUnixNano + 1;

        var metrics = Read(span);

        Assert.Empty(Points(metrics, Calls));
        Assert.Equal(1, Assert.Single(Points(metrics, Cost)).Sum);
    }

    [Fact]
    public void WhateverIsDeliveredItsMetricsEqualARecount() => ModelSpans.Any.Array[0, 60].Sample(spans =>
    {
        var export = Some.Request(spans);

        Assert.Equal(Recount.Of([export], byTeam: true).Lines, Recount.Of(Read(true, spans)).Lines);
    }, iter: LongTests.Times(500));

    [Fact]
    public void BytesThatAreNoExportAreNoMetrics() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        ModelCallReader.Read(bytes, byTeam: true, new MetricSet(10));
        ModelCallReader.Read(Some.Request(new Span { Attributes = { new KeyValue { Key = ByteString.CopyFrom(bytes).ToStringUtf8() } } }).ToByteArray(), byTeam: true, new MetricSet(10));
    });

    internal static List<ReceivedMetric> Read(params Span[] spans) => Read(false, spans);

    internal static List<ReceivedMetric> Read(bool byTeam, params Span[] spans)
    {
        var metrics = new MetricSet(1_000);
        ModelCallReader.Read(Some.Request(spans).ToByteArray(), byTeam, metrics);
        return Received(MetricsExport.Create(metrics, Some.Now, Some.Now));
    }

    internal static List<ReceivedMetric> Received(ExportMetricsServiceRequest export) =>
        [.. from resource in export.ResourceMetrics from scope in resource.ScopeMetrics from metric in scope.Metrics select new ReceivedMetric(resource.Resource, scope.Scope, metric)];

    private static IEnumerable<(string Labels, double Sum, double Count)> Points(IEnumerable<ReceivedMetric> metrics, string name) =>
        from received in metrics
        where received.Metric.Name == name
        from point in (received.Metric.Histogram?.DataPoints.Select(each => (Labels(each.Attributes), each.Sum, (double)each.Count)) ?? [])
            .Concat(received.Metric.Sum?.DataPoints.Select(each => (Labels(each.Attributes), each.AsDouble, 0.0)) ?? [])
        select point;

    private static string Labels(IEnumerable<KeyValue> attributes) =>
        string.Join(' ', attributes.Where(each => each.Key != "gen_ai.token.type").Select(each => $"{each.Key}={each.Value.StringValue}"));
}
