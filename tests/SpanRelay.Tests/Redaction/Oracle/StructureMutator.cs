using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>
/// Changes how a request is laid out, lawfully, and adds to it what no receiver will see: what its names protect stays protected,
/// and every canary that it adds has a shape.
/// </summary>
internal sealed class StructureMutator(int seed)
{
    private readonly Random _random = new(seed);

    private int _planted;

    public byte[] Mutate(byte[] request)
    {
        var tree = WireTree.Of(request);
        for (var i = _random.Next(1, 8); i > 0; i--)
        {
            var messages = tree.Messages().ToList();
            Mutate(messages[_random.Next(messages.Count)]);
        }

        return tree.Encoded(_random.Next(2) == 0 ? _random : null);
    }

    private void Mutate(WireTree message)
    {
        var fields = message.Children!;
        var at = _random.Next(fields.Count + 1);
        switch (_random.Next(8))
        {
            case 0 when message.Message != TraceSchema.AnyValue: // Of its members the last counts.
                Shuffle(fields);
                break;
            case 1 when at < fields.Count && fields[at] is { IsSingular: true, Children: { } inner } whole:
                var cut = _random.Next(inner.Count + 1);
                fields[at] = whole.With(inner.Take(cut));
                fields.Insert(at + 1, whole.With(inner.Skip(cut)));
                break;
            case 2 when at < fields.Count && !fields[at].IsSingular:
                fields.Insert(at, fields[at]);
                break;
            case 3:
                fields.Insert(at, WireTree.Bytes(_random.Next(17, 3000), Shaped()));
                break;
            case 4:
                fields.Insert(at, new WireTree { Number = _random.Next(17, 3000), Type = Scalars[_random.Next(3)], Scalar = (ulong)_random.NextInt64() });
                break;
            case 5: // Known numbers of wire types that they do not have.
                var known = message.Message!.Fields[_random.Next(message.Message.Fields.Count)];
                fields.Insert(at, known.WireType == WireType.LengthDelimited
                    ? new WireTree { Number = known.Number, Type = Scalars[_random.Next(3)], Scalar = (ulong)_random.Next() }
                    : WireTree.Bytes(known.Number, Shaped()));
                break;
            case 6 when at < fields.Count && fields[at].IsSingular:
                fields.Insert(0, Earlier(message.Message!, fields[at]));
                break;
            case 7 when message.Message == TraceSchema.AnyValue:
                fields.Insert(0, new WireTree { Number = 1 + (4 * _random.Next(2)), Payload = Wire.Field(1, Wire.Text(1, Shaped())) });
                break;
        }
    }

    private static readonly WireType[] Scalars = [WireType.Varint, WireType.Fixed32, WireType.Fixed64];

    /// <summary>A value that the field had before, and that does not count.</summary>
    private WireTree Earlier(MessageType message, WireTree field)
    {
        if (field.Children is not null)
            return field.With([WireTree.Bytes(2047, Shaped())]);
        if (field.Type != WireType.LengthDelimited)
            return new WireTree { Number = field.Number, Type = field.Type, Scalar = field.Scalar ^ 5, IsSingular = true };
        return message == TraceSchema.KeyValue
            ? new WireTree { Number = field.Number, Payload = [.. "note"u8], IsSingular = true }
            : new WireTree { Number = field.Number, Payload = System.Text.Encoding.UTF8.GetBytes(Shaped()), IsSingular = true };
    }

    /// <summary>Any order of the fields will do, but for the order among those of one number.</summary>
    private void Shuffle(List<WireTree> fields)
    {
        var numbers = fields.Select(field => field.Number).ToArray();
        _random.Shuffle(numbers);
        var queues = fields.GroupBy(field => field.Number).ToDictionary(group => group.Key, group => new Queue<WireTree>(group));
        fields.Clear();
        fields.AddRange(numbers.Select(number => queues[number].Dequeue()));
    }

    private string Shaped() => Canary.InProse(900_000 + _planted++);
}
