namespace SpanRelay.Otlp;

/// <summary>One message of the protocol's schema, with its fields in the order of their numbers.</summary>
internal sealed class MessageType
{
    private FieldType?[] _byNumber = [];

    public required string Name { get; init; }

    /// <summary>Changes to its strings are reported under this message's name, rather than the enclosing one's.</summary>
    public bool OwnsTexts { get; init; }

    public IReadOnlyList<FieldType> Fields { get; private set; } = [];

    /// <summary>The schema's field for this number and wire type; another wire type makes it unknown, as in every parser.</summary>
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
