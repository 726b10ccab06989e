namespace SpanRelay.Otlp;

/// <summary>One message of the protocol's schema, with its fields in the order of their numbers.</summary>
public sealed class MessageType
{
    private FieldType?[] _byNumber = [];

    public required string Name { get; init; }

    /// <summary>People think of its texts as this message's, rather than of one around it.</summary>
    public bool OwnsTexts { get; init; }

    public IReadOnlyList<FieldType> Fields { get; private set; } = [];

    /// <summary>The field on the wire, if the schema has it with this layout; what comes with another is unknown, as parsers hold it.</summary>
    public FieldType? Find(int number, WireType type)
    {
        var field = (uint)number < (uint)_byNumber.Length ? _byNumber[number] : null;
        return field is not null && field.WireType == type ? field : null;
    }

    public FieldType? Find(ref System.Text.Json.Utf8JsonReader propertyName)
    {
        foreach (var field in Fields)
        {
            if (propertyName.ValueTextEquals(field.JsonName))
                return field;
        }

        return null;
    }

    // Messages hold one another (a value holds lists of values), so fields come after all messages exist.
    internal void Define(params FieldType[] fields)
    {
        Fields = fields;
        _byNumber = new FieldType?[fields[^1].Number + 1];
        foreach (var field in fields)
            _byNumber[field.Number] = field;
    }
}
