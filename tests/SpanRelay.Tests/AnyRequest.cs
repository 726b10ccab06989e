using CsCheck;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests;

/// <summary>Generates whatever a sender may lawfully send: every field of every message, present and absent, nested and empty.</summary>
internal static class AnyRequest
{
    private static readonly string[] SomeKeys =
        ["service.name", "tfy.input", "gen_ai.prompt", "Authorization", "http.response.status_code", "a", ""];

    private static readonly Gen<string> Text =
        Gen.OneOf(Gen.String[Gen.Char["abcXYZ019 .-_/{}\"'\n\t\0äß€漢"], 0, 12], Gen.Const("😀 pair"), Gen.Const(""));

    private static readonly Gen<string> Key =
        Gen.OneOf(Text, Gen.Int[0, SomeKeys.Length - 1].Select(i => SomeKeys[i]));

    private static readonly Gen<ulong> Time = Gen.OneOf(Gen.ULong, Gen.Const(0UL), Gen.ULong[1_700_000_000_000_000_000, 1_800_000_000_000_000_000]);

    private static readonly Gen<uint> Count = Gen.OneOf(Gen.Const(0u), Gen.UInt);

    private static readonly Gen<ByteString> Bytes = Gen.Byte.Array[0, 8].Select(ByteString.CopyFrom);

    private static readonly Gen<ByteString> TraceId = Gen.Byte.Array[16].Select(ByteString.CopyFrom);

    private static readonly Gen<ByteString> SpanId = Gen.Byte.Array[8].Select(ByteString.CopyFrom);

    private static readonly Gen<AnyValue> Scalar = Gen.OneOf(
        Text.Select(value => new AnyValue { StringValue = value }),
        Gen.Bool.Select(value => new AnyValue { BoolValue = value }),
        Gen.Long.Select(value => new AnyValue { IntValue = value }),
        Gen.Double.Select(value => new AnyValue { DoubleValue = value }),
        Bytes.Select(value => new AnyValue { BytesValue = value }),
        Gen.Const(0).Select(_ => new AnyValue()));

    private static readonly Gen<AnyValue> Value = Gen.Recursive<AnyValue>((depth, nested) => depth == 4
        ? Scalar
        : Gen.Frequency(
            (6, Scalar),
            (1, nested.List[0, 3].Select(values => new AnyValue { ArrayValue = new ArrayValue { Values = { values } } })),
            (1, Gen.Select(Key, nested).Select((key, value) => new KeyValue { Key = key, Value = value }).List[0, 3]
                .Select(values => new AnyValue { KvlistValue = new KeyValueList { Values = { values } } }))));

    private static readonly Gen<KeyValue> Attribute = Gen.Select(Key, Value, Gen.Int[0, 9])
        .Select((key, value, form) => form == 0 ? new KeyValue { Key = key } : new KeyValue { Key = key, Value = value });

    private static readonly Gen<List<KeyValue>> Attributes = Attribute.List[0, 4];

    private static readonly Gen<Span.Types.Event> Event = Gen.Select(Time, Text, Attributes, Count)
        .Select((time, name, attributes, dropped) => new Span.Types.Event
        {
            TimeUnixNano = time,
            Name = name,
            Attributes = { attributes },
            DroppedAttributesCount = dropped,
        });

    private static readonly Gen<Span.Types.Link> Link = Gen.Select(TraceId, SpanId, Text, Attributes, Count, Count)
        .Select((trace, span, state, attributes, dropped, flags) => new Span.Types.Link
        {
            TraceId = trace,
            SpanId = span,
            TraceState = state,
            Attributes = { attributes },
            DroppedAttributesCount = dropped,
            Flags = flags,
        });

    private static readonly Gen<Status?> Status = Gen.Select(Text, Gen.Int[-1, 4], Gen.Bool)
        .Select((message, code, present) => present ? new Status { Message = message, Code = (Status.Types.StatusCode)code } : null);

    private static readonly Gen<Span> Span = Gen.Select(
        Gen.Select(TraceId, SpanId, Text, Gen.OneOf(Gen.Const(ByteString.Empty), SpanId), Text, Gen.Int[-1, 7]),
        Gen.Select(Time, Time, Attributes, Count),
        Gen.Select(Event.List[0, 3], Count, Link.List[0, 2], Count, Status, Count))
        .Select((a, b, c) => new Span
        {
            TraceId = a.Item1,
            SpanId = a.Item2,
            TraceState = a.Item3,
            ParentSpanId = a.Item4,
            Name = a.Item5,
            Kind = (Span.Types.SpanKind)a.Item6,
            StartTimeUnixNano = b.Item1,
            EndTimeUnixNano = b.Item2,
            Attributes = { b.Item3 },
            DroppedAttributesCount = b.Item4,
            Events = { c.Item1 },
            DroppedEventsCount = c.Item2,
            Links = { c.Item3 },
            DroppedLinksCount = c.Item4,
            Status = c.Item5,
            Flags = c.Item6,
        });

    private static readonly Gen<InstrumentationScope?> Scope = Gen.Select(Text, Text, Attributes, Count, Gen.Bool)
        .Select((name, version, attributes, dropped, present) => present
            ? new InstrumentationScope { Name = name, Version = version, Attributes = { attributes }, DroppedAttributesCount = dropped }
            : null);

    private static readonly Gen<ScopeSpans> ScopeSpans = Gen.Select(Scope, Span.List[0, 4], Text)
        .Select((scope, spans, schema) => new ScopeSpans { Scope = scope, Spans = { spans }, SchemaUrl = schema });

    private static readonly Gen<EntityRef> EntityRef = Gen.Select(Text, Text, Text.List[0, 2], Text.List[0, 2])
        .Select((schema, type, ids, descriptions) => new EntityRef
        {
            SchemaUrl = schema,
            Type = type,
            IdKeys = { ids },
            DescriptionKeys = { descriptions },
        });

    private static readonly Gen<Resource?> Resource = Gen.Select(Attributes, Count, EntityRef.List[0, 2], Gen.Bool)
        .Select((attributes, dropped, entities, present) => present
            ? new Resource { Attributes = { attributes }, DroppedAttributesCount = dropped, EntityRefs = { entities } }
            : null);

    private static readonly Gen<ResourceSpans> ResourceSpans = Gen.Select(Resource, ScopeSpans.List[0, 3], Text)
        .Select((resource, scopes, schema) => new ResourceSpans { Resource = resource, ScopeSpans = { scopes }, SchemaUrl = schema });

    public static readonly Gen<ExportTraceServiceRequest> Requests = ResourceSpans.List[0, 3]
        .Select(resources => new ExportTraceServiceRequest { ResourceSpans = { resources } });

    public static IEnumerable<Span> Spans(this ExportTraceServiceRequest request) =>
        request.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans);
}
