using System.Buffers.Binary;
using SpanRelay.Otlp;

namespace SpanRelay.GenAi.Metrics;

/// <summary>
/// Measures the model spans of an export as it was delivered: canonical, redacted, with ids. A call that fell back to another model has
/// a span for each attempt, and each counts; the spans around them, such as the gateway's ChatCompletion, repeat their tokens and cost
/// and do not count.
/// </summary>
internal static class ModelCallReader
{
    /// <summary>By gen_ai.operation.name. Agents and tools are spans around model spans.</summary>
    private static readonly string[] Operations = ["chat", "text_completion", "generate_content", "embeddings"];

    /// <summary>By tfy.span_type.</summary>
    private static readonly string[] SpanTypes = ["Model", "LLM"];

    private static readonly (SpanField Field, Measure Measure)[] Numbers =
    [
        (SpanField.InputTokens, Measure.InputTokens),
        (SpanField.OutputTokens, Measure.OutputTokens),
        (SpanField.TimeToFirstToken, Measure.TimeToFirstToken),
        (SpanField.TokensReadFromCache, Measure.TokensReadFromCache),
        (SpanField.TokensWrittenToCache, Measure.TokensWrittenToCache),
        (SpanField.Cost, Measure.Cost),
    ];

    private const int SpanStatus = 15;
    private const int StatusCode = 3;
    private const ulong Error = 2;
    private const string OtherError = "_OTHER";

    public static void Read(ReadOnlySpan<byte> export, bool byTeam, MetricSet into)
    {
        while (TryReadNext(ref export, TraceSchema.RequestResourceSpans, out var resourceSpans))
        {
            var service = ReadService(resourceSpans);
            while (TryReadNext(ref resourceSpans, TraceSchema.ResourceSpansScopeSpans, out var scopeSpans))
            {
                while (TryReadNext(ref scopeSpans, TraceSchema.ScopeSpansSpans, out var span))
                    ReadSpan(span, service, byTeam, into);
            }
        }
    }

    /// <returns>Null when the resource has no service name.</returns>
    public static string? ReadService(ReadOnlySpan<byte> resourceSpans)
    {
        TryReadNext(ref resourceSpans, TraceSchema.ResourceSpansResource, out var resource);
        while (TryReadNext(ref resource, TraceSchema.ResourceAttributes, out var attribute))
        {
            if (TryReadNext(ref attribute, TraceSchema.KeyValueKey, out var key) && key.SequenceEqual("service.name"u8))
                return TryReadNext(ref attribute, TraceSchema.KeyValueValue, out var value) ? AttributeValue.ReadLabel(value) : null;
        }

        return null;
    }

    private static void ReadSpan(ReadOnlySpan<byte> span, string? service, bool byTeam, MetricSet into)
    {
        var fields = new FoundFields(span, stackalloc Range[FoundFields.Count], stackalloc int[FoundFields.Count]);
        var exemplar = default(ExemplarSpan);
        ulong start = 0;
        var hasFailed = false;
        for (var rest = span; !rest.IsEmpty && WireReader.TryReadField(ref rest, out var field);)
        {
            switch (field.Number)
            {
                case TraceSchema.SpanTraceId when field.Payload.Length == TraceSchema.TraceIdLength:
                    exemplar = exemplar with { TraceId = BinaryPrimitives.ReadUInt128BigEndian(field.Payload) };
                    break;
                case TraceSchema.SpanSpanId when field.Payload.Length == TraceSchema.SpanIdLength:
                    exemplar = exemplar with { SpanId = BinaryPrimitives.ReadUInt64BigEndian(field.Payload) };
                    break;
                case TraceSchema.SpanStartTimeUnixNano:
                    start = field.Scalar;
                    break;
                case TraceSchema.SpanEndTimeUnixNano:
                    exemplar = exemplar with { EndUnixNano = field.Scalar };
                    break;
                case TraceSchema.SpanAttributes:
                    fields.Note(field.Payload, endsAt: span.Length - rest.Length);
                    break;
                case SpanStatus:
                    hasFailed = HasFailed(field.Payload);
                    break;
            }
        }

        if (IsModelCall(fields))
            Count(fields, into.For(Labels(fields, service, hasFailed, byTeam)), start, exemplar);
    }

    private static bool HasFailed(ReadOnlySpan<byte> status)
    {
        var code = 0UL;
        while (!status.IsEmpty && WireReader.TryReadField(ref status, out var field))
            code = field is { Number: StatusCode, Type: WireType.Varint } ? field.Scalar : code;
        return code == Error;
    }

    /// <summary>The gateway says which of its spans are model spans; of others, the operation or, without one, a model and a provider do.</summary>
    private static bool IsModelCall(in FoundFields fields)
    {
        if (fields.Label(SpanField.SpanType) is { } type)
            return SpanTypes.Contains(type, StringComparer.OrdinalIgnoreCase);
        if (fields.Label(SpanField.Operation) is { } operation)
            return Operations.Contains(operation, StringComparer.OrdinalIgnoreCase);
        return fields.Has(SpanField.Provider) && (fields.Has(SpanField.RequestModel) || fields.Has(SpanField.ResponseModel));
    }

    private static LabelSet Labels(in FoundFields fields, string? service, bool hasFailed, bool byTeam) => new()
    {
        Service = service,
        Operation = fields.Label(SpanField.Operation),
        Provider = fields.Label(SpanField.Provider),
        RequestModel = fields.Label(SpanField.RequestModel),
        ResponseModel = fields.Label(SpanField.ResponseModel),
        ErrorType = fields.Label(SpanField.ErrorType) ?? (hasFailed ? OtherError : null),
        Team = byTeam ? fields.Label(SpanField.Team) : null,
    };

    private static void Count(in FoundFields fields, Series series, ulong start, ExemplarSpan exemplar)
    {
        series.CountSpan();
        if (start > 0 && exemplar.EndUnixNano >= start)
            series.Add(Measure.Duration, (exemplar.EndUnixNano - start) / 1_000_000_000m, exemplar);
        foreach (var (field, measure) in Numbers)
        {
            if (fields.Number(field) is { } number)
                series.Add(measure, number, exemplar);
        }
    }

    /// <summary>Skips to the next field of that number, and returns its bytes.</summary>
    private static bool TryReadNext(scoped ref ReadOnlySpan<byte> message, int number, out ReadOnlySpan<byte> payload)
    {
        while (!message.IsEmpty && WireReader.TryReadField(ref message, out var field))
        {
            if (field.Number == number && field.Type == WireType.LengthDelimited)
            {
                payload = field.Payload;
                return true;
            }
        }

        payload = [];
        return false;
    }
}
