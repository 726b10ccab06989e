using Google.Protobuf;
using Google.Protobuf.Reflection;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Plants texts in requests.</summary>
internal static class CanaryRequest
{
    public static IReadOnlyList<string> Places { get; } = ["resource", "scope", "span", "event", "link", "member", "member in a list"];

    public static KeyValue Attribute(string key, AnyValue value) => new() { Key = key, Value = value };

    public static AnyValue Map(params KeyValue[] members) => new() { KvlistValue = new KeyValueList { Values = { members } } };

    public static AnyValue List(params AnyValue[] values) => new() { ArrayValue = new ArrayValue { Values = { values } } };

    /// <summary>The text as every kind of value that can hold one.</summary>
    public static AnyValue[] Values(string text) =>
    [
        Some.Text(text),
        new() { BytesValue = ByteString.CopyFromUtf8(text) },
        new() { BytesValue = ByteString.CopyFrom([0xFF, .. ByteString.CopyFromUtf8(text)]) },
        List(Some.Text("a"), Some.Text(text)),
        Map(Some.Attribute("a", text), Attribute(text, new AnyValue { IntValue = 1 })),
        Map(Attribute("a", List(Map(Some.Attribute("b", text))))),
    ];

    public static ExportTraceServiceRequest With(string place, KeyValue attribute)
    {
        var span = Some.Span();
        var request = Some.Request(span);
        var attributes = place switch
        {
            "resource" => request.ResourceSpans[0].Resource.Attributes,
            "scope" => request.ResourceSpans[0].ScopeSpans[0].Scope.Attributes,
            "event" => Added(span.Events, new Span.Types.Event { Name = "retry" }).Attributes,
            "link" => Added(span.Links, new Span.Types.Link { TraceId = span.TraceId, SpanId = span.SpanId }).Attributes,
            _ => span.Attributes,
        };
        attributes.Add(place switch
        {
            "member" => Attribute("outer", Map(attribute)),
            "member in a list" => Attribute("outer", List(Some.Text("a"), Map(Attribute("inner", List(Map(attribute)))))),
            _ => attribute,
        });
        return request;
    }

    /// <summary>A request with every field of every message set, and every text of it made by <paramref name="text"/>.</summary>
    public static ExportTraceServiceRequest OfTexts(Func<string> text) => (ExportTraceServiceRequest)Filled(ExportTraceServiceRequest.Descriptor, text);

    private static IMessage Filled(MessageDescriptor type, Func<string> text)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.ContainingOneof is null)
                Fill(message, field, text);
        }

        return message;
    }

    private static void Fill(IMessage message, FieldDescriptor field, Func<string> text)
    {
        if (field.FieldType == FieldType.Message && field.MessageType == AnyValue.Descriptor)
        {
            var members = Map([.. Everything(text).Select(value => Attribute(text(), value))]);
            field.Accessor.SetValue(message, members);
        }
        else if (field.IsRepeated)
        {
            var list = (System.Collections.IList)field.Accessor.GetValue(message);
            list.Add(field.FieldType == FieldType.Message ? Filled(field.MessageType, text) : text());
        }
        else if (field.FieldType == FieldType.Message)
        {
            field.Accessor.SetValue(message, Filled(field.MessageType, text));
        }
        else if (field.FieldType == FieldType.Bytes)
        {
            field.Accessor.SetValue(message, field.Name == "trace_id" ? Some.Span().TraceId : Some.Span().SpanId);
        }
        else if (field.FieldType == FieldType.String)
        {
            field.Accessor.SetValue(message, text());
        }
    }

    private static AnyValue[] Everything(Func<string> text) =>
    [
        Some.Text(text()),
        new() { BytesValue = ByteString.CopyFromUtf8(text()) },
        List(Some.Text(text()), new AnyValue { BytesValue = ByteString.CopyFromUtf8(text()) }, List(Map(Some.Attribute(text(), text())))),
        new() { IntValue = 1 },
    ];

    private static T Added<T>(Google.Protobuf.Collections.RepeatedField<T> list, T item)
    {
        list.Add(item);
        return item;
    }
}
