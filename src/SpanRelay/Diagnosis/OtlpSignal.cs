using SpanRelay.DeadLetters;
using SpanRelay.Otlp;

namespace SpanRelay.Diagnosis;

/// <summary>
/// Recognizes OTLP protobuf requests for logs, metrics and profiles. They nest like those for traces; only what is in the place of spans
/// tells them apart. The first such item decides.
/// </summary>
internal static class OtlpSignal
{
    private const int Resources = 1;
    private const int Scopes = 2;
    private const int Items = 2;

    private const int ProfilesDictionary = 2;

    private const int LogTime = 1;
    private const int LogSeverity = 2;
    private const int LogObservedTime = 11;

    private const int MetricName = 1;
    private const int MetricGauge = 5;
    private const int MetricSum = 7;
    private const int MetricHistogram = 9;
    private const int MetricExponentialHistogram = 10;
    private const int MetricSummary = 11;
    private const byte FirstDataPoint = 1 << 3 | (int)WireType.LengthDelimited;

    /// <param name="request">Its start suffices.</param>
    public static bool IsIn(ReadOnlySpan<byte> request) =>
        TryEnter(request, Resources, out var resource) && TryEnter(resource, Scopes, out var scope) && TryEnter(scope, Items, out var item)
        && (IsLogRecord(item) || IsMetric(item) || HasDictionary(request));

    /// <summary>The first message in that field; of one that reaches past the end, what there is.</summary>
    private static bool TryEnter(ReadOnlySpan<byte> rest, int number, out ReadOnlySpan<byte> message)
    {
        message = default;
        while (!rest.IsEmpty)
        {
            var start = rest;
            if (!WireReader.TryReadField(ref rest, out var field))
            {
                var lengthEnd = start[1..].IndexOfAnyInRange((byte)0x00, (byte)0x7F);
                message = lengthEnd < 0 ? [] : start[(lengthEnd + 2)..];
                return start[0] == (number << 3 | (int)WireType.LengthDelimited) && !message.IsEmpty;
            }

            if (field.Number == number && field.Type == WireType.LengthDelimited)
            {
                message = field.Payload;
                return true;
            }
        }

        return false;
    }

    /// <summary>Profiles have their texts beside the resources.</summary>
    private static bool HasDictionary(ReadOnlySpan<byte> request)
    {
        while (!request.IsEmpty && WireReader.TryReadField(ref request, out var field))
        {
            if (field is { Number: ProfilesDictionary, Type: WireType.LengthDelimited })
                return true;
        }

        return false;
    }

    private static bool IsLogRecord(ReadOnlySpan<byte> item)
    {
        while (!item.IsEmpty && WireReader.TryReadField(ref item, out var field))
        {
            if (field is { Number: LogTime or LogObservedTime, Type: WireType.Fixed64 } or { Number: LogSeverity, Type: WireType.Varint })
                return true;
        }

        return false;
    }

    /// <summary>It has a name and data points.</summary>
    private static bool IsMetric(ReadOnlySpan<byte> item)
    {
        var hasName = false;
        while (!item.IsEmpty && WireReader.TryReadField(ref item, out var field))
        {
            if (field.Type != WireType.LengthDelimited)
                return false; // A metric has texts and messages only.
            hasName |= field.Number == MetricName;
            if (hasName && field.Number is MetricGauge or MetricSum or MetricHistogram or MetricExponentialHistogram or MetricSummary)
                return field.Payload is [FirstDataPoint, ..]; // Of a span it is the name, which is text, before anything else.
        }

        return false;
    }
}
