using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Takes out of a message the unknown fields that could hold text; unknown numbers stay.</summary>
internal static class KnownFields
{
    public static ExportTraceServiceRequest AndUnknownNumbers(ExportTraceServiceRequest request) => (ExportTraceServiceRequest)Rebuilt(request);

    private static IMessage Rebuilt(IMessage message)
    {
        var rebuilt = UnknownNumbersOf(message);
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                var list = (IList)field.Accessor.GetValue(rebuilt);
                foreach (var item in (IList)value)
                    list.Add(Rebuilt(field, item));
            }
            else if (field.HasPresence ? field.Accessor.HasValue(message) : value is not null)
            {
                field.Accessor.SetValue(rebuilt, Rebuilt(field, value));
            }
        }

        return rebuilt;
    }

    private static object Rebuilt(FieldDescriptor field, object value) =>
        field.FieldType == FieldType.Message ? Rebuilt((IMessage)value) : value;

    /// <summary>An empty message of the same kind, but for the unknown numbers.</summary>
    private static IMessage UnknownNumbersOf(IMessage message)
    {
        var unknown = message.Descriptor.Parser.ParseFrom(message.ToByteArray());
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
            field.Accessor.Clear(unknown);

        using var numbers = new MemoryStream();
        using (var output = new CodedOutputStream(numbers, leaveOpen: true))
        {
            var input = new CodedInputStream(unknown.ToByteArray());
            for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
                CopyNumber(tag, input, output);
        }

        return message.Descriptor.Parser.ParseFrom(numbers.ToArray());
    }

    private static void CopyNumber(uint tag, CodedInputStream input, CodedOutputStream output)
    {
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.Varint:
                output.WriteTag(tag);
                output.WriteUInt64(input.ReadUInt64());
                break;
            case WireFormat.WireType.Fixed32:
                output.WriteTag(tag);
                output.WriteFixed32(input.ReadFixed32());
                break;
            case WireFormat.WireType.Fixed64:
                output.WriteTag(tag);
                output.WriteFixed64(input.ReadFixed64());
                break;
            default:
                input.SkipLastField();
                break;
        }
    }
}
