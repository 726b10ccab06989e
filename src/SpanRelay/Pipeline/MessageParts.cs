using SpanRelay.Otlp;

namespace SpanRelay.Pipeline;

/// <summary>A canonical message in three parts: the fields before its elements (one repeated field), the elements, and the fields after them.</summary>
internal ref struct MessageParts
{
    private ReadOnlySpan<byte> _elements;

    public MessageParts(ReadOnlySpan<byte> message, int number)
    {
        var rest = message;
        int start = 0, end = 0;
        while (!rest.IsEmpty)
        {
            WireReader.TryReadField(ref rest, out var field);
            if (field.Number < number)
                start = end = message.Length - rest.Length;
            else if (field.Number == number && field.Type == WireType.LengthDelimited)
                end = message.Length - rest.Length;
            else
                break;
        }

        Before = message[..start];
        _elements = message[start..end];
        After = message[end..];
    }

    public ReadOnlySpan<byte> Before { get; }

    public ReadOnlySpan<byte> After { get; }

    public readonly bool HasElement => !_elements.IsEmpty;

    public readonly int NextElementLength
    {
        get
        {
            var rest = _elements;
            WireReader.TryReadField(ref rest, out _);
            return _elements.Length - rest.Length;
        }
    }

    /// <summary>The next element with its tag and length.</summary>
    public ReadOnlySpan<byte> TakeElement()
    {
        var element = _elements[..NextElementLength];
        _elements = _elements[element.Length..];
        return element;
    }

    public ReadOnlySpan<byte> TakePayload()
    {
        WireReader.TryReadField(ref _elements, out var field);
        return field.Payload;
    }
}
