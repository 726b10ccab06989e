using SpanRelay.Otlp.Schema;

namespace SpanRelay.GenAi.Metrics;

/// <summary>Metrics as an OTLP request: one resource for each service, delta temporality, which is all that Dynatrace accepts.</summary>
internal static class MetricsExport
{
    /// <summary>With labels and exemplars of their longest, this many label sets stay below Dynatrace's limit for a request.</summary>
    public const int MaxLabelSets = 200;

    private const string Scope = "SpanRelay";

    public static ExportMetricsServiceRequest Create(MetricSet metrics, DateTimeOffset from, DateTimeOffset to)
    {
        var request = new ExportMetricsServiceRequest();
        foreach (var service in metrics.Series.GroupBy(each => (each.Key.Service, each.Key.IsOverflow)))
        {
            var scope = new ScopeMetrics { Scope = new InstrumentationScope { Name = Scope } };
            scope.Metrics.Add(Instrument.All.Select(instrument => Metric(instrument, [.. service], UnixNano(from), UnixNano(to))).OfType<Metric>());
            var resource = new Resource();
            if (service.Key.Service is { } name)
                resource.Attributes.Add(Attribute(LabelSet.ServiceKey, name));
            request.ResourceMetrics.Add(new ResourceMetrics { Resource = resource, ScopeMetrics = { scope } });
        }

        return request;
    }

    /// <returns>Null when nothing was measured.</returns>
    private static Metric? Metric(Instrument instrument, IReadOnlyList<KeyValuePair<LabelSet, Series>> series, ulong from, ulong to)
    {
        var points = (
            from measure in Measure.All
            where measure.Instrument == instrument
            from each in series
            let values = each.Value[measure]
            where values is not null
            select (Values: values, Attributes: Attributes(each.Key, measure))).ToList();
        if (points.Count == 0)
            return null;

        var metric = new Metric { Name = instrument.Name, Unit = instrument.Unit, Description = instrument.Description };
        if (instrument.Bounds is null)
            metric.Sum = new Sum { AggregationTemporality = AggregationTemporality.Delta, IsMonotonic = true };
        else
            metric.Histogram = new Histogram { AggregationTemporality = AggregationTemporality.Delta };
        metric.Sum?.DataPoints.Add(points.Select(each => new NumberDataPoint(each.Values.ToNumberPoint()) { StartTimeUnixNano = from, TimeUnixNano = to, Attributes = { each.Attributes } }));
        metric.Histogram?.DataPoints.Add(points.Select(each => new HistogramDataPoint(each.Values.ToHistogramPoint()) { StartTimeUnixNano = from, TimeUnixNano = to, Attributes = { each.Attributes } }));
        return metric;
    }

    private static IEnumerable<KeyValue> Attributes(LabelSet labels, Measure measure)
    {
        foreach (var (key, value) in labels.Attributes)
            yield return Attribute(key, value);
        if (measure.Part is { } part)
            yield return Attribute(part.Key, part.Value);
        if (labels.IsOverflow)
            yield return new KeyValue { Key = LabelSet.OverflowKey, Value = new AnyValue { BoolValue = true } };
    }

    private static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static ulong UnixNano(DateTimeOffset time) => (ulong)Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks) * 100;
}
