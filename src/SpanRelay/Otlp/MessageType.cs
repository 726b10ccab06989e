namespace SpanRelay.Otlp;

/// <summary>One message of the protocol's schema, with its fields in the order of their numbers.</summary>
internal sealed class MessageType
{
    private FieldType?[] _byNumber = [];
    private readonly List<(string Name, FieldType Field, PayloadForm Form)> _otherNames = [];

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

    /// <summary>The schema's field for a JSON name, in today's spelling or one of the others that senders use.</summary>
    /// <param name="spelling">What sets the spelling apart.</param>
    public FieldType? Find(ref System.Text.Json.Utf8JsonReader propertyName, out PayloadForm spelling)
    {
        spelling = PayloadForm.None;
        foreach (var field in Fields)
        {
            if (propertyName.ValueTextEquals(field.JsonName))
                return field;
        }

        foreach (var (name, field, form) in _otherNames)
        {
            if (!propertyName.ValueTextEquals(name))
                continue;

            spelling = form;
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
        foreach (var field in fields.Where(field => SnakeCase(field.JsonName) != field.JsonName))
            _otherNames.Add((SnakeCase(field.JsonName), field, PayloadForm.SnakeCase));
    }

    /// <summary>Adds the name that a field had in an earlier release, in both cases.</summary>
    internal void DefineOld(string jsonName, FieldType field)
    {
        _otherNames.Add((jsonName, field, PayloadForm.OldScopes));
        _otherNames.Add((SnakeCase(jsonName), field, PayloadForm.OldScopes | PayloadForm.SnakeCase));
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select(letter => char.IsAsciiLetterUpper(letter) ? "_" + char.ToLowerInvariant(letter) : letter.ToString()));
}
