using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Redaction;

namespace SpanRelay.GenAi;

/// <summary>The values of one span, and what is added from them. Values that do not fit a key's meaning are left out.</summary>
/// <param name="operation">The operation that the span's kind implies; null if it implies none.</param>
internal ref struct SpanValues(FoundAttributes found, PooledBuffer output, byte[]? operation)
{
    private const int FailedStatus = 2;

    private const byte AttributeTag = TraceSchema.SpanAttributes << 3 | (int)WireType.LengthDelimited;
    private const byte ValueTag = TraceSchema.KeyValueValue << 3 | (int)WireType.LengthDelimited;
    private const byte TextTag = TraceSchema.AnyValueString << 3 | (int)WireType.LengthDelimited;
    private const byte NumberTag = TraceSchema.AnyValueInt << 3 | (int)WireType.Varint;
    private const byte DoubleTag = TraceSchema.AnyValueDouble << 3 | (int)WireType.Fixed64;

    private readonly WireWriter _writer = new(output);
    private FoundAttributes _found = found;

    public readonly bool MayBeAdded(Addition addition) =>
        _found.Keys.Overlaps(addition.SourceKeys) && !_found.Has(addition.Number) && !(addition.NeedsSuccess && HasFailed());

    public void Add(Addition addition)
    {
        foreach (var (number, conversion) in addition.Sources)
        {
            if (_found.Has(number) && TryAdd(addition, number, conversion))
                return;
        }
    }

    private readonly bool HasFailed()
    {
        for (var rest = _found.AfterAttributes; !rest.IsEmpty && WireReader.TryReadField(ref rest, out var field);)
        {
            if (field.Number != TraceSchema.SpanStatus || field.Type != WireType.LengthDelimited)
                continue;
            for (var status = field.Payload; !status.IsEmpty && WireReader.TryReadField(ref status, out var code);)
            {
                if (code is { Number: TraceSchema.StatusCode, Scalar: FailedStatus })
                    return true;
            }
        }

        return false;
    }

    private bool TryAdd(Addition to, int from, Conversion conversion) => conversion switch
    {
        Conversion.Identifier => TryAddText(to, Text(from, isName: false)),
        Conversion.Name => TryAddText(to, Text(from, isName: true)),
        Conversion.Count => TryReadCount(from, out var count) && AddCount(to, count),
        Conversion.CountWithoutInput => TryReadCount(from, out var total) && TryReadCount(SpanNormalizer.InputTokens, out var input) && total >= input && AddCount(to, total - input),
        Conversion.Number => TryReadNumber(from, out var number) && AddNumber(to, number),
        Conversion.OperationOfKind => TryAddText(to, operation),
        Conversion.OperationOfRequestType => TryAddText(to, Operations.OfRequestType(Text(from, isName: false))),
        Conversion.OperationOfUrl => TryAddText(to, Operations.OfUrl(Text(from, isName: false))),
        Conversion.RequestTypeOfOperation => TryAddText(to, Operations.RequestTypeOf(Text(from, isName: false))),
        Conversion.ProviderByName => TryAddText(to, ProviderOf(Text(from, isName: true))),
        Conversion.ProviderOfOpenInference => TryAddText(to, ProviderOfOpenInference(Text(from, isName: true))),
        Conversion.ProviderOfHost => TryAddText(to, Providers.OfHost(Text(from, isName: false))),
        Conversion.ProviderOfAccount => TryAddText(to, Providers.OfAccount(Text(from, isName: false))),
        Conversion.ErrorCode => TryAddText(to, Text(from, isName: false)) || (TryReadWhole(from, out var code) && code is not 0 and >= int.MinValue and <= int.MaxValue && TryAddDigits(to, code)),
        Conversion.ErrorStatus => TryReadWhole(from, out var status) && status is >= 400 and <= 599 && TryAddDigits(to, status),
        Conversion.ToolError => Value(from, out var kind) is [1] && kind == FieldKind.Bool && TryAddText(to, "tool_error"u8),
        _ => throw new ArgumentOutOfRangeException(nameof(conversion)),
    };

    private readonly ReadOnlySpan<byte> Value(int number, out FieldKind kind)
    {
        kind = FieldKind.Message;
        return _found.Has(number) ? _found.Value(number, output.WrittenSpan, out kind) : [];
    }

    /// <returns>Empty if it is not text, or text that may be more than an identifier or a name.</returns>
    private readonly ReadOnlySpan<byte> Text(int number, bool isName)
    {
        var text = Value(number, out var kind);
        return kind == FieldKind.String && (isName ? MetadataValue.IsIdentifierOrName(text) : MetadataValue.IsIdentifier(text)) ? text : [];
    }

    /// <summary>A provider that the conventions do not know keeps the name that the sender gave it.</summary>
    private static ReadOnlySpan<byte> ProviderOf(ReadOnlySpan<byte> name) => Providers.Named(name) is { IsEmpty: false } known ? known : name;

    private readonly ReadOnlySpan<byte> ProviderOfOpenInference(ReadOnlySpan<byte> name)
    {
        var system = Text(SpanNormalizer.LlmSystem, isName: false);
        if (Ascii.EqualsIgnoreCase(name, "azure"u8) && Ascii.EqualsIgnoreCase(system, "openai"u8))
            return "azure.ai.openai"u8;
        if (Ascii.EqualsIgnoreCase(name, "google"u8))
            return Ascii.EqualsIgnoreCase(system, "vertexai"u8) ? "gcp.vertex_ai"u8 : "gcp.gen_ai"u8;
        return Ascii.EqualsIgnoreCase(name, "aws"u8) ? "aws.bedrock"u8 : ProviderOf(name);
    }

    private readonly bool TryReadCount(int number, out ulong count)
    {
        const double MostWhole = 1L << 53;
        const int MostDigits = 15;
        count = 0;
        var value = Value(number, out var kind);
        switch (kind)
        {
            case FieldKind.Int64:
                return WireReader.ReadVarint(value, out count) > 0 && count <= long.MaxValue;
            case FieldKind.Double:
                var real = BitConverter.ToDouble(value);
                var isWhole = real is >= 0 and <= MostWhole && double.IsInteger(real);
                count = isWhole ? (ulong)real : 0;
                return isWhole;
            case FieldKind.String:
                return value.Length is > 0 and <= MostDigits && ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out count);
            default:
                return false;
        }
    }

    /// <summary>A whole number that may be negative, as the error codes of JSON-RPC are.</summary>
    private readonly bool TryReadWhole(int number, out long whole)
    {
        whole = 0;
        if (TryReadCount(number, out var count))
            whole = (long)count;
        else if (Value(number, out var kind) is var value && kind == FieldKind.Int64 && WireReader.ReadVarint(value, out var negative) > 0)
            whole = (long)negative;
        else
            return false;
        return true;
    }

    private readonly bool TryReadNumber(int number, out double value)
    {
        var bytes = Value(number, out var kind);
        value = 0;
        if (kind == FieldKind.Double)
            value = BitConverter.ToDouble(bytes);
        else if (kind == FieldKind.Int64 && WireReader.ReadVarint(bytes, out var whole) > 0)
            value = (long)whole;
        else
            return false;
        return double.IsFinite(value);
    }

    private bool TryAddDigits(Addition to, long number)
    {
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        return TryAddText(to, digits[..length]);
    }

    private bool TryAddText(Addition to, scoped ReadOnlySpan<byte> text)
    {
        const int LongestShortText = 0x7F - 2; // Its value's length takes one byte.
        if (text.IsEmpty || text.Length > to.LongestText)
            return false;
        if (text.Length <= LongestShortText && TryAddShort(to, FieldKind.String, TextTag, text))
            return true;

        var attribute = _writer.Begin(TraceSchema.SpanAttributes, to.KeyField.Length + text.Length);
        _writer.WriteEncoded(to.KeyField);
        var value = _writer.Begin(TraceSchema.KeyValueValue, text.Length);
        _writer.WriteBytes(TraceSchema.AnyValueString, text);
        _writer.End(value);
        _writer.End(attribute);
        _found.Add(to.Number, new AttributePlace(output.Length - text.Length, text.Length, FieldKind.String));
        return true;
    }

    private bool AddCount(Addition to, ulong count)
    {
        Span<byte> digits = stackalloc byte[10];
        var length = 0;
        for (; count >= 0x80; count >>= 7)
            digits[length++] = (byte)(count | 0x80);
        digits[length++] = (byte)count;
        return TryAddShort(to, FieldKind.Int64, NumberTag, digits[..length]);
    }

    private bool AddNumber(Addition to, double number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
        return TryAddShort(to, FieldKind.Double, DoubleTag, bytes);
    }

    /// <summary>What nearly all are: an attribute whose lengths take a byte each.</summary>
    /// <returns>False when it is longer; nothing was written.</returns>
    private bool TryAddShort(Addition to, FieldKind kind, byte tag, scoped ReadOnlySpan<byte> value)
    {
        const int Header = 2;
        var valueHeader = kind == FieldKind.String ? 2 : 1;
        var length = to.KeyField.Length + Header + valueHeader + value.Length;
        if (length >= 0x80)
            return false;

        var field = output.GetSpan(Header + length);
        (field[0], field[1]) = (AttributeTag, (byte)length);
        to.KeyField.CopyTo(field[Header..]);
        field = field[(Header + to.KeyField.Length)..];
        (field[0], field[1], field[2]) = (ValueTag, (byte)(valueHeader + value.Length), tag);
        if (kind == FieldKind.String)
            field[3] = (byte)value.Length;
        value.CopyTo(field[(Header + valueHeader)..]);
        output.Advance(Header + length);
        _found.Add(to.Number, new AttributePlace(output.Length - value.Length, value.Length, kind));
        return true;
    }
}
