using System.Globalization;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.GenAi.Metrics;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.GenAi.Metrics;

public sealed class MetricsExportTests
{
    [Fact]
    public void MetricsAreDeltasWithTheBucketsAndUnitsOfTheConventions()
    {
        var metrics = ModelCallReaderTests.Read(ModelSpans.Call(1, ModelSpans.Attribute("gen_ai.usage.input_tokens", 16L), ModelSpans.Attribute("gen_ai.usage.cost", 0.25)));

        Assert.Equal(["gen_ai.client.operation.duration s", "gen_ai.client.token.usage {token}", "spanrelay.gen_ai.cost {USD}"], metrics.Select(each => $"{each.Metric.Name} {each.Metric.Unit}"));
        var duration = metrics[0].Metric.Histogram;
        Assert.Equal(AggregationTemporality.Delta, duration.AggregationTemporality);
        var point = Assert.Single(duration.DataPoints);
        Assert.Equal([0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92], point.ExplicitBounds);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], point.BucketCounts.Select(count => (int)count));
        Assert.Equal((1.5, 1.5, 1.5, 1UL), (point.Sum, point.Min, point.Max, point.Count));
        Assert.Equal([0, 0, 1, 0], Assert.Single(metrics[1].Metric.Histogram.DataPoints).BucketCounts.Take(4).Select(count => (int)count)); // A bound belongs to the bucket below it.
        Assert.Equal((AggregationTemporality.Delta, true), (metrics[2].Metric.Sum.AggregationTemporality, metrics[2].Metric.Sum.IsMonotonic));
        Assert.All(metrics, each => Assert.Equal("tfy-llm-gateway", Assert.Single(each.Resource.Attributes).Value.StringValue));
    }

    [Fact]
    public void TheLargestAndTheLatestSpanAreExemplars()
    {
        var spans = Enumerable.Range(1, 50).Select(id => ModelSpans.Call(id)).ToArray();
        spans[20].StartTimeUnixNano -= 9_000_000_000;
        spans[30].EndTimeUnixNano += 1_000;

        var exemplars = Assert.Single(ModelCallReaderTests.Read(spans)[0].Metric.Histogram.DataPoints).Exemplars;

        Assert.Equal([21, 31], exemplars.Select(each => (int)each.SpanId[7]));
        Assert.Equal([spans[20].TraceId, spans[30].TraceId], exemplars.Select(each => each.TraceId));
        Assert.Equal([spans[20].EndTimeUnixNano, spans[30].EndTimeUnixNano], exemplars.Select(each => each.TimeUnixNano));
        Assert.Equal(10.5, exemplars[0].AsDouble);
    }

    [Fact]
    public void BeyondTheLimitLabelSetsShareOneThatSaysSo()
    {
        var metrics = new MetricSet(3);
        ModelCallReader.Read(Some.Request([.. Enumerable.Range(1, 100).Select(id => ModelSpans.Call(id, Some.Attribute("gen_ai.request.model", Model(id))))]).ToByteArray(), byTeam: false, metrics);

        var received = ModelCallReaderTests.Received(MetricsExport.Create(metrics, Some.Now, Some.Now));

        var points = received.SelectMany(each => each.Metric.Histogram.DataPoints).ToList();
        Assert.Equal([1UL, 1UL, 1UL, 97UL], points.Select(point => point.Count));
        var overflow = Assert.Single(points[3].Attributes);
        Assert.Equal("otel.metric.overflow", overflow.Key);
        Assert.True(overflow.Value.BoolValue);
        Assert.Equal(100, metrics.Spans);
    }

    [Fact]
    public void HoweverPartsAreMergedTheResultIsTheSame() => Gen.Select(ModelSpans.Any.Array[0, 8].Array[1, 8], Gen.Int[0, int.MaxValue - 1]).Sample((parts, seed) =>
    {
        var orders = new[] { parts, [.. parts.Reverse()], [.. parts.OrderBy(_ => new Random(seed).Next())] };

        var merged = orders.Select(order => Sorted(MetricsExport.Create(Merged(order), Some.Now, Some.Now))).ToList();

        Assert.Equal(merged[0], merged[1]);
        Assert.Equal(merged[0], merged[2]);
    });

    [Fact]
    public void ARequestOfTheLongestLabelsStaysBelowDynatracesLimit()
    {
        var longest = new string('x', 10_000);
        string[] texts = ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.response.model", "error.type", "tfy.request.created_by_subject_teams"];
        var numbers = SpanFields.Keys.Where(each => each.Field >= SpanField.InputTokens).Select(each => ModelSpans.Attribute(each.Key, 5L)).ToList();
        var spans = Enumerable.Range(1, 1_000).Select(id => ModelSpans.Call(
            id, [.. texts.Select(key => Some.Attribute(key, longest)), Some.Attribute("gen_ai.request.model", Model(id) + longest), .. numbers]));
        var metrics = new MetricSet(1_000);
        ModelCallReader.Read(Some.Request([.. spans]).ToByteArray(), byTeam: true, metrics);

        var parts = metrics.Divide(MetricsExport.MaxLabelSets).Select(part => MetricsExport.Create(part, Some.Now, Some.Now).CalculateSize()).ToList();

        Assert.Equal(5, parts.Count);
        Assert.All(parts, size => Assert.InRange(size, 1_000_000, DynatraceLimits.MaxRequestBytes));
        TestContext.Current.TestOutputHelper!.WriteLine($"{MetricsExport.MaxLabelSets} label sets of the longest labels: {parts.Max():N0} bytes.");
    }

    private static string Model(int id) => "model-" + id.ToString(CultureInfo.InvariantCulture);

    private static MetricSet Merged(IEnumerable<Span[]> parts)
    {
        var merged = new MetricSet(1_000);
        foreach (var part in parts)
        {
            var metrics = new MetricSet(1_000);
            ModelCallReader.Read(Some.Request(part).ToByteArray(), byTeam: true, metrics);
            merged.Merge(metrics);
        }

        return merged;
    }

    private static IEnumerable<string> Sorted(ExportMetricsServiceRequest export) =>
        from received in ModelCallReaderTests.Received(export)
        from point in (received.Metric.Histogram?.DataPoints.Select(each => each.ToString()) ?? []).Concat(received.Metric.Sum?.DataPoints.Select(each => each.ToString()) ?? [])
        orderby received.Metric.Name, point
        select $"{received.Metric.Name} {point}";
}
