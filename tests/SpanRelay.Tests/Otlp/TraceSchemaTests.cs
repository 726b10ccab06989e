using Google.Protobuf.Reflection;
using SpanRelay.Otlp;
using Schema = SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Otlp;

public class TraceSchemaTests
{
    public static TheoryData<string> Messages => [.. Pairs.Keys];

    private static Dictionary<string, (MessageType Table, MessageDescriptor Schema)> Pairs { get; } = new (MessageType, MessageDescriptor)[]
    {
        (TraceSchema.Request, Schema.ExportTraceServiceRequest.Descriptor),
        (TraceSchema.ResourceSpans, Schema.ResourceSpans.Descriptor),
        (TraceSchema.Resource, Schema.Resource.Descriptor),
        (TraceSchema.EntityRef, Schema.EntityRef.Descriptor),
        (TraceSchema.ScopeSpans, Schema.ScopeSpans.Descriptor),
        (TraceSchema.InstrumentationScope, Schema.InstrumentationScope.Descriptor),
        (TraceSchema.Span, Schema.Span.Descriptor),
        (TraceSchema.Event, Schema.Span.Types.Event.Descriptor),
        (TraceSchema.Link, Schema.Span.Types.Link.Descriptor),
        (TraceSchema.Status, Schema.Status.Descriptor),
        (TraceSchema.KeyValue, Schema.KeyValue.Descriptor),
        (TraceSchema.AnyValue, Schema.AnyValue.Descriptor),
        (TraceSchema.ArrayValue, Schema.ArrayValue.Descriptor),
        (TraceSchema.KeyValueList, Schema.KeyValueList.Descriptor),
    }.ToDictionary(pair => pair.Item1.Name);

    [Theory]
    [MemberData(nameof(Messages))]
    public void TheTableSaysWhatTheSchemaSays(string message)
    {
        var (table, schema) = Pairs[message];

        Assert.Equal(schema.Name, table.Name);
        Assert.Equal(schema.Fields.InFieldNumberOrder().Select(Describe), table.Fields.Select(Describe));
    }

    private static string Describe(FieldDescriptor field) =>
        $"{field.FieldNumber} {field.JsonName} {field.FieldType} {(field.FieldType == Google.Protobuf.Reflection.FieldType.Message ? field.MessageType.Name : "")} repeated={field.IsRepeated} oneof={field.ContainingOneof is not null} {(field.FieldType == Google.Protobuf.Reflection.FieldType.Enum ? string.Join(",", field.EnumType.Values.Select(value => value.Name)) : "")}";

    private static string Describe(SpanRelay.Otlp.FieldType field) =>
        $"{field.Number} {field.JsonName} {field.Kind} {field.Message?.Name} repeated={field.Repeated} oneof={field.InOneof} {string.Join(",", field.EnumNames)}";
}
