using CsCheck;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Generates small requests of which a policy has much to say: keys that rules name, at any depth, and texts that hold finds.</summary>
internal static class RevealingRequest
{
    /// <summary>What requests call their attributes and members, and policies name.</summary>
    public static readonly string[] Keys =
    [
        "service.name", "deployment.environment", "tfy.input", "TFY.Output", "tfy.request.metadata", "tfy.model.name", "tfy.request.conversation_id",
        "gen_ai.prompt", "gen_ai.prompt.0.content", "gen_ai.prompt.0.role", "gen_ai.completion.1.tool_calls.0.name", "gen_ai.input.messages",
        "gen_ai.user.message", "input.value", "metadata", "message.content", "llm.tools.0.name", "llm.tools", "reranker.x_documents.0", "message",
        "Authorization", "http.request.header.x-api-key", "password", "Set-Cookie", "to_-ken", "password.hint", "client.pass_word", "api_key", "secret",
        "user", "user.name", "user.address", "name", "address", "customer", "a", "b", "c", "a.b", "a.b.c", "b.c", "A", "A.B", "0", "1", "0.a", "a.0", "a.0.b",
        "", ".", "..", "a.", ".a", "a*b", "*", "key é", "ключ", "😀.key", "spanrelay.redactions", "SPANRELAY.REDACTIONS", "note mail@" + "example.com", "TICKET-7",
        "x.input.value", "gen_ai.input", "gen_ai.prompt.user", "llm.vendor.note", "gen_ai.usage.details", "role", "content", "tool_calls", "arguments",
        "exception.message", "exception.type", "db.query.text", "db.statement", "http.request.body.size", "messages", "messages.0.content",
        "acme.user_prompt", "langfuse.trace.metadata.x", "langfuse.trace.name", "llm.finish_reasons", "llm.token_usage", "genkit:input", "gen_ai_input_messages", "llm.tags",
        "llm.input.token_count", "input", "usage", "mlflow.spanType", "crew_agents", "tool.note",
    ];

    public static readonly string[] EventNames =
    [
        "retry", "exception", "", "gen_ai.user.message", "gen_ai.choice", "gen_ai.content.prompt", "gen_ai.user.messages", "gen_ai.system.message mail@" + "example.com",
        "see TICKET-4711",
    ];

    // Few names for most members, so that rules and requests meet.
    private static readonly Gen<string> Key = Gen.Frequency((1, Any.Of(Keys)), (1, Any.Of("a", "b", "c", "a.b", "user", "name", "input.value", "token")));

    private static readonly Gen<AnyValue> Scalar = Gen.Frequency(
        (8, RevealingText.Texts.Select(Some.Text)),
        (2, RevealingText.Texts.Select(text => new AnyValue { BytesValue = ByteString.CopyFromUtf8(text) })),
        (1, Gen.Byte.Array[0, 6].Select(bytes => new AnyValue { BytesValue = ByteString.CopyFrom(bytes) })),
        (1, Gen.Long.Select(value => new AnyValue { IntValue = value })),
        (1, Gen.Double.Select(value => new AnyValue { DoubleValue = value })),
        (1, Gen.Bool.Select(value => new AnyValue { BoolValue = value })),
        (1, Gen.Int[0, 0].Select(_ => new AnyValue())));

    private static readonly Gen<AnyValue> Value = Gen.Recursive<AnyValue>((depth, nested) => depth == 4
        ? Scalar
        : Gen.Frequency(
            (5, Scalar),
            (1, nested.List[0, 3].Select(values => new AnyValue { ArrayValue = new ArrayValue { Values = { values } } })),
            (2, Gen.Select(Key, nested).Select((key, value) => new KeyValue { Key = key, Value = value }).List[0, 3]
                .Select(values => new AnyValue { KvlistValue = new KeyValueList { Values = { values } } }))));

    private static readonly Gen<List<KeyValue>> Attributes = Gen.Select(Key, Value, Gen.Int[0, 19])
        .Select((key, value, form) => form == 0 ? new KeyValue { Key = key } : new KeyValue { Key = key, Value = value }).List[0, 3];

    private static readonly Gen<List<KeyValue>> FewAttributes = Any.Or(nothing: 2, Attributes);

    private static readonly Gen<string> SomeText = Gen.Frequency((1, Gen.Const("")), (1, RevealingText.Texts));

    private static readonly Gen<Span.Types.Event> Event = Gen.Select(Any.Of(EventNames), Attributes)
        .Select((name, attributes) => new Span.Types.Event { Name = name, TimeUnixNano = 7, Attributes = { attributes } });

    private static readonly Gen<Span.Types.Link> Link = Gen.Select(SomeText, Attributes)
        .Select((state, attributes) => new Span.Types.Link { TraceId = Some.Span().TraceId, SpanId = Some.Span().SpanId, TraceState = state, Attributes = { attributes } });

    private static readonly Gen<Status?> Status = Gen.Select(Gen.Int[0, 2], SomeText)
        .Select((form, text) => form == 0 ? new Status { Message = text, Code = SpanRelay.Otlp.Schema.Status.Types.StatusCode.Error } : null);

    private static readonly Gen<Span> Span = Gen.Select(RevealingText.Texts, Gen.Frequency((4, Gen.Const("")), (1, RevealingText.Texts)), Attributes, Event.List[0, 1], Any.Or(nothing: 4, Link.List[1]), Status)
        .Select((name, state, attributes, events, links, status) =>
        {
            var span = Some.Span(name: name);
            span.TraceState = state;
            span.Attributes.Add(attributes);
            span.Events.Add(events);
            span.Links.Add(links);
            span.Status = status;
            return span;
        });

    private static readonly Gen<InstrumentationScope?> Scope = Gen.Select(Gen.Int[0, 2], SomeText, SomeText, FewAttributes)
        .Select((form, name, version, attributes) => form == 0 ? new InstrumentationScope { Name = name, Version = version, Attributes = { attributes } } : null);

    private static readonly Gen<ScopeSpans> ScopeSpans = Gen.Select(Scope, Span.List[0, 2], SomeText)
        .Select((scope, spans, schema) => new ScopeSpans { Scope = scope, Spans = { spans }, SchemaUrl = schema });

    private static readonly Gen<EntityRef> Entity = Gen.Select(SomeText, SomeText, RevealingText.Texts.List[0, 2], RevealingText.Texts.List[0, 1])
        .Select((schema, type, ids, descriptions) => new EntityRef { SchemaUrl = schema, Type = type, IdKeys = { ids }, DescriptionKeys = { descriptions } });

    private static readonly Gen<Resource?> Resource = Gen.Select(Gen.Int[0, 2], FewAttributes, Gen.Int[0, 4], Entity)
        .Select((form, attributes, entities, entity) => form == 0 ? null : new Resource { Attributes = { attributes }, EntityRefs = { entities == 0 ? [entity] : Array.Empty<EntityRef>() } });

    private static readonly Gen<ResourceSpans> ResourceSpans = Gen.Select(Resource, ScopeSpans.List[1, 2], SomeText)
        .Select((resource, scopes, schema) => new ResourceSpans { Resource = resource, ScopeSpans = { scopes }, SchemaUrl = schema });

    public static readonly Gen<ExportTraceServiceRequest> Requests = Gen.Frequency((3, ResourceSpans.List[1]), (1, ResourceSpans.List[2]))
        .Select(resources => new ExportTraceServiceRequest { ResourceSpans = { resources } });
}
