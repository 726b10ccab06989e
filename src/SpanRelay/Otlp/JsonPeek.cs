using System.Text.Json;

namespace SpanRelay.Otlp;

/// <summary>Looks ahead in JSON to tell an export from its parts and from envelopes around one. Most exports show at their first name.</summary>
internal static class JsonPeek
{
    /// <param name="reader">At the object's start; the caller's stays there.</param>
    public static JsonKind KindOf(Utf8JsonReader reader)
    {
        var seen = Seen.Nothing;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Named(ref reader);
            reader.Read();
            if (name == Seen.ResourceSpans)
                return JsonKind.Export;
            if (name != Seen.Spans || HoldsSpan(reader))
                seen |= name;
            reader.Skip();
        }

        return KindBy(seen);
    }

    private static JsonKind KindBy(Seen seen) => seen switch
    {
        _ when seen.HasFlag(Seen.ScopeSpans) => JsonKind.ResourceSpans,
        _ when seen.HasFlag(Seen.Spans) => JsonKind.ScopeSpans,
        _ when seen.HasFlag(Seen.TraceId | Seen.SpanId | Seen.Time) => JsonKind.Span,
        _ when seen.HasFlag(Seen.SpecVersion | Seen.Data) => JsonKind.CloudEvent,
        _ when seen.HasFlag(Seen.Schema | Seen.Payload) && !seen.HasFlag(Seen.Other) => JsonKind.ConnectEnvelope,
        _ => JsonKind.Export,
    };

    /// <summary>The value is a list whose first element has what only a span of OTLP has.</summary>
    private static bool HoldsSpan(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;

        var seen = Seen.Nothing;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            seen |= Named(ref reader);
            reader.Skip();
        }

        return seen.HasFlag(Seen.TraceId | Seen.SpanId | Seen.Time);
    }

    private static Seen Named(ref Utf8JsonReader name)
    {
        foreach (var (text, seen) in Names)
        {
            if (name.ValueTextEquals(text))
                return seen;
        }

        return Seen.Other;
    }

    private static readonly (string Text, Seen Seen)[] Names =
    [
        ("resourceSpans", Seen.ResourceSpans), ("resource_spans", Seen.ResourceSpans),
        ("scopeSpans", Seen.ScopeSpans), ("scope_spans", Seen.ScopeSpans),
        ("instrumentationLibrarySpans", Seen.ScopeSpans), ("instrumentation_library_spans", Seen.ScopeSpans),
        ("spans", Seen.Spans),
        ("traceId", Seen.TraceId), ("trace_id", Seen.TraceId),
        ("spanId", Seen.SpanId), ("span_id", Seen.SpanId),
        ("startTimeUnixNano", Seen.Time), ("start_time_unix_nano", Seen.Time),
        ("endTimeUnixNano", Seen.Time), ("end_time_unix_nano", Seen.Time),
        ("specversion", Seen.SpecVersion), ("data", Seen.Data), ("data_base64", Seen.Data),
        ("schema", Seen.Schema), ("payload", Seen.Payload),
    ];

    [Flags]
    private enum Seen
    {
        Nothing = 0,
        ResourceSpans = 1,
        ScopeSpans = 1 << 1,
        Spans = 1 << 2,
        TraceId = 1 << 3,
        SpanId = 1 << 4,
        Time = 1 << 5,
        SpecVersion = 1 << 6,
        Data = 1 << 7,
        Schema = 1 << 8,
        Payload = 1 << 9,
        Other = 1 << 10,
    }
}
