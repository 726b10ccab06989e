using System.Text;
using SpanRelay.Otlp;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>An encoded message as a tree of its fields, to be changed and encoded again.</summary>
internal sealed class WireTree
{
    public required int Number { get; init; }

    public WireType Type { get; init; } = WireType.LengthDelimited;

    public ulong Scalar { get; init; }

    public byte[] Payload { get; init; } = [];

    /// <summary>What the message is, for a field that is one.</summary>
    public MessageType? Message { get; init; }

    public List<WireTree>? Children { get; init; }

    /// <summary>Whether it may occur only once, or its last counts; false for an unknown one.</summary>
    public bool IsSingular { get; init; }

    public static WireTree Of(byte[] request) => new() { Number = 0, Message = TraceSchema.Request, Children = Read(TraceSchema.Request, request) };

    public static WireTree Bytes(int number, string text) => new() { Number = number, Payload = Encoding.UTF8.GetBytes(text) };

    public static WireTree Bytes(int number, byte[] bytes) => new() { Number = number, Payload = bytes };

    /// <summary>This message and all in it.</summary>
    public IEnumerable<WireTree> Messages() => Children is null ? [] : [this, .. Children.SelectMany(child => child.Messages()).ToList()];

    /// <summary>The same field with other children.</summary>
    public WireTree With(IEnumerable<WireTree> children) =>
        new() { Number = Number, Message = Message, IsSingular = IsSingular, Children = [.. children] };

    /// <param name="padding">Pads varints now and then; null for never.</param>
    public byte[] Encoded(Random? padding = null)
    {
        var bytes = new List<byte>();
        foreach (var child in Children!)
            child.Encode(bytes, padding);
        return [.. bytes];
    }

    private void Encode(List<byte> bytes, Random? padding)
    {
        bytes.AddRange(Varint((ulong)Number << 3 | (byte)Type, longest: 5));
        switch (Type)
        {
            case WireType.Varint:
                bytes.AddRange(Varint(Scalar, longest: 10));
                break;
            case WireType.Fixed32:
                bytes.AddRange(BitConverter.GetBytes((uint)Scalar));
                break;
            case WireType.Fixed64:
                bytes.AddRange(BitConverter.GetBytes(Scalar));
                break;
            default:
                var payload = Children is null ? Payload : Encoded(padding);
                bytes.AddRange(Varint((ulong)payload.Length, longest: 5));
                bytes.AddRange(payload);
                break;
        }

        byte[] Varint(ulong value, int longest) => Wire.Varint(value, padding?.Next(8) == 0 ? longest : 0);
    }

    private static List<WireTree> Read(MessageType message, ReadOnlySpan<byte> rest)
    {
        var fields = new List<WireTree>();
        while (!rest.IsEmpty)
        {
            if (!WireReader.TryReadField(ref rest, out var field))
                throw new ArgumentException("is not a message", nameof(rest));

            var known = message.Find(field.Number, field.Type);
            fields.Add(new WireTree
            {
                Number = field.Number,
                Type = field.Type,
                Scalar = field.Scalar,
                Payload = field.Payload.ToArray(),
                Message = known?.Message,
                Children = known?.Message is { } inner ? Read(inner, field.Payload) : null,
                IsSingular = known is { Repeated: false },
            });
        }

        return fields;
    }
}
