using System.Globalization;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>A span as a query of Grail returns it: one flat record of the span's fields and all attributes. Integers are texts.</summary>
internal static class GrailRecord
{
    public static Dictionary<string, object?> From(ReceivedSpan received)
    {
        var span = received.Span;
        var record = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var attribute in received.Resource.Attributes.Concat(span.Attributes))
            record[attribute.Key] = ValueOf(attribute.Value);
        record["start_time"] = Time(span.StartTimeUnixNano);
        record["end_time"] = Time(span.EndTimeUnixNano);
        record["duration"] = Text(span.EndTimeUnixNano - span.StartTimeUnixNano);
        record["trace.id"] = Convert.ToHexStringLower(span.TraceId.Span);
        record["span.id"] = Convert.ToHexStringLower(span.SpanId.Span);
        record["span.name"] = span.Name;
        if (!span.ParentSpanId.IsEmpty)
            record["span.parent_id"] = Convert.ToHexStringLower(span.ParentSpanId.Span);
        if (span.Status is { Code: not Status.Types.StatusCode.Unset } status)
            record["span.status_code"] = status.Code == Status.Types.StatusCode.Error ? "error" : "ok";
        return record;
    }

    /// <summary>As toString does.</summary>
    public static string? ToText(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static object? ValueOf(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue,
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => double.IsFinite(value.DoubleValue) ? value.DoubleValue : Convert.ToString(value.DoubleValue, CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.ArrayValue => value.ArrayValue.Values.Select(ValueOf).ToArray(),
        AnyValue.ValueOneofCase.KvlistValue => value.KvlistValue.Values.Select(each => KeyValuePair.Create(each.Key, ValueOf(each.Value))).DistinctBy(each => each.Key).ToDictionary(),
        AnyValue.ValueOneofCase.BytesValue => Convert.ToBase64String(value.BytesValue.Span),
        _ => null,
    };

    private static string Time(ulong nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture) + Text(nanoseconds % 100).PadLeft(2, '0') + "Z";

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
