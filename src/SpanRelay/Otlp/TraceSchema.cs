namespace SpanRelay.Otlp;

/// <summary>
/// The trace messages of the OpenTelemetry protocol, release 1.11, as a table: what the wire walk and the JSON reader know
/// of them. The same messages as objects are in trace.proto; a test holds the two together.
/// </summary>
internal static class TraceSchema
{
    public static readonly MessageType Request = new() { Name = "ExportTraceServiceRequest" };
    public static readonly MessageType ResourceSpans = new() { Name = "ResourceSpans", OwnsTexts = true };
    public static readonly MessageType Resource = new() { Name = "Resource", OwnsTexts = true };
    public static readonly MessageType EntityRef = new() { Name = "EntityRef", OwnsTexts = true };
    public static readonly MessageType ScopeSpans = new() { Name = "ScopeSpans", OwnsTexts = true };
    public static readonly MessageType InstrumentationScope = new() { Name = "InstrumentationScope", OwnsTexts = true };
    public static readonly MessageType Span = new() { Name = "Span", OwnsTexts = true };
    public static readonly MessageType Event = new() { Name = "Event", OwnsTexts = true };
    public static readonly MessageType Link = new() { Name = "Link", OwnsTexts = true };
    public static readonly MessageType Status = new() { Name = "Status", OwnsTexts = true };
    public static readonly MessageType KeyValue = new() { Name = "KeyValue" };
    public static readonly MessageType AnyValue = new() { Name = "AnyValue" };
    public static readonly MessageType ArrayValue = new() { Name = "ArrayValue" };
    public static readonly MessageType KeyValueList = new() { Name = "KeyValueList" };

    // Numbers that code refers to by name.
    public const int TraceIdLength = 16;
    public const int SpanIdLength = 8;
    public const int RequestResourceSpans = 1;
    public const int ResourceSpansResource = 1;
    public const int ResourceSpansScopeSpans = 2;
    public const int ResourceSpansLibrarySpans = 1000; // until release 0.15; see OldScopes
    public const int ResourceAttributes = 1;
    public const int ScopeSpansSpans = 2;
    public const int SpanTraceId = 1;
    public const int SpanSpanId = 2;
    public const int SpanStartTimeUnixNano = 7;
    public const int SpanEndTimeUnixNano = 8;
    public const int SpanAttributes = 9;
    public const int SpanStatus = 15;
    public const int EventName = 2;
    public const int StatusCode = 3;
    public const int KeyValueKey = 1;
    public const int KeyValueValue = 2;
    public const int AnyValueString = 1;
    public const int AnyValueInt = 3;
    public const int AnyValueDouble = 4;
    public const int AnyValueArray = 5;
    public const int AnyValueMap = 6;
    public const int AnyValueBytes = 7;

    /// <summary>16 bytes that are not all zero.</summary>
    public static bool IsTraceId(ReadOnlySpan<byte> id) => id.Length == TraceIdLength && id.ContainsAnyExcept((byte)0);

    /// <summary>8 bytes that are not all zero.</summary>
    public static bool IsSpanId(ReadOnlySpan<byte> id) => id.Length == SpanIdLength && id.ContainsAnyExcept((byte)0);

    private static readonly string[] SpanKinds =
        ["SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"];

    private static readonly string[] StatusCodes = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

    static TraceSchema()
    {
        Request.Define(
            Many(RequestResourceSpans, "resourceSpans", ResourceSpans));
        ResourceSpans.Define(
            One(ResourceSpansResource, "resource", Resource),
            Many(ResourceSpansScopeSpans, "scopeSpans", ScopeSpans),
            One(3, "schemaUrl", FieldKind.String));
        ResourceSpans.DefineOld("instrumentationLibrarySpans", Many(ResourceSpansLibrarySpans, "instrumentationLibrarySpans", ScopeSpans));
        Resource.Define(
            Many(ResourceAttributes, "attributes", KeyValue),
            One(2, "droppedAttributesCount", FieldKind.UInt32),
            Many(3, "entityRefs", EntityRef));
        EntityRef.Define(
            One(1, "schemaUrl", FieldKind.String),
            One(2, "type", FieldKind.String),
            ManyStrings(3, "idKeys"),
            ManyStrings(4, "descriptionKeys"));
        ScopeSpans.Define(
            One(1, "scope", InstrumentationScope),
            Many(ScopeSpansSpans, "spans", Span),
            One(3, "schemaUrl", FieldKind.String));
        ScopeSpans.DefineOld("instrumentationLibrary", ScopeSpans.Fields[0]);
        InstrumentationScope.Define(
            One(1, "name", FieldKind.String),
            One(2, "version", FieldKind.String),
            Many(3, "attributes", KeyValue),
            One(4, "droppedAttributesCount", FieldKind.UInt32));
        Span.Define(
            Id(SpanTraceId, "traceId", TraceIdLength),
            Id(SpanSpanId, "spanId", SpanIdLength),
            One(3, "traceState", FieldKind.String),
            Id(4, "parentSpanId", SpanIdLength),
            One(5, "name", FieldKind.String),
            Enum(6, "kind", SpanKinds),
            One(SpanStartTimeUnixNano, "startTimeUnixNano", FieldKind.Fixed64),
            One(SpanEndTimeUnixNano, "endTimeUnixNano", FieldKind.Fixed64),
            Many(SpanAttributes, "attributes", KeyValue),
            One(10, "droppedAttributesCount", FieldKind.UInt32),
            Many(11, "events", Event),
            One(12, "droppedEventsCount", FieldKind.UInt32),
            Many(13, "links", Link),
            One(14, "droppedLinksCount", FieldKind.UInt32),
            One(SpanStatus, "status", Status),
            One(16, "flags", FieldKind.Fixed32));
        Event.Define(
            One(1, "timeUnixNano", FieldKind.Fixed64),
            One(EventName, "name", FieldKind.String),
            Many(3, "attributes", KeyValue),
            One(4, "droppedAttributesCount", FieldKind.UInt32));
        Link.Define(
            Id(1, "traceId", TraceIdLength),
            Id(2, "spanId", SpanIdLength),
            One(3, "traceState", FieldKind.String),
            Many(4, "attributes", KeyValue),
            One(5, "droppedAttributesCount", FieldKind.UInt32),
            One(6, "flags", FieldKind.Fixed32));
        Status.Define(
            One(2, "message", FieldKind.String),
            Enum(StatusCode, "code", StatusCodes));
        KeyValue.Define(
            One(KeyValueKey, "key", FieldKind.String),
            One(KeyValueValue, "value", AnyValue));
        AnyValue.Define(
            OneOf(AnyValueString, "stringValue", FieldKind.String),
            OneOf(2, "boolValue", FieldKind.Bool),
            OneOf(AnyValueInt, "intValue", FieldKind.Int64),
            OneOf(AnyValueDouble, "doubleValue", FieldKind.Double),
            OneOf(5, "arrayValue", FieldKind.Message, ArrayValue),
            OneOf(6, "kvlistValue", FieldKind.Message, KeyValueList),
            OneOf(7, "bytesValue", FieldKind.Bytes));
        ArrayValue.Define(
            Many(1, "values", AnyValue));
        KeyValueList.Define(
            Many(1, "values", KeyValue));
    }

    private static FieldType One(int number, string jsonName, FieldKind kind) =>
        new() { Number = number, JsonName = jsonName, Kind = kind };

    private static FieldType One(int number, string jsonName, MessageType message) =>
        new() { Number = number, JsonName = jsonName, Kind = FieldKind.Message, Message = message };

    private static FieldType Many(int number, string jsonName, MessageType message) =>
        new() { Number = number, JsonName = jsonName, Kind = FieldKind.Message, Message = message, Repeated = true };

    private static FieldType ManyStrings(int number, string jsonName) =>
        new() { Number = number, JsonName = jsonName, Kind = FieldKind.String, Repeated = true };

    private static FieldType Id(int number, string jsonName, int length) =>
        new() { Number = number, JsonName = jsonName, Kind = FieldKind.Bytes, IdLength = length };

    private static FieldType Enum(int number, string jsonName, string[] names) =>
        new() { Number = number, JsonName = jsonName, Kind = FieldKind.Enum, EnumNames = names };

    private static FieldType OneOf(int number, string jsonName, FieldKind kind, MessageType? message = null) =>
        new() { Number = number, JsonName = jsonName, Kind = kind, Message = message, InOneof = true };
}
