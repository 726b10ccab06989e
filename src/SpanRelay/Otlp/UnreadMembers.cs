using System.Text.Json;

namespace SpanRelay.Otlp;

/// <summary>Members of a message that should hold spans which the schema does not know: the spans may be in them.</summary>
/// <param name="spansBefore">How many spans had been read when the message began.</param>
internal ref struct UnreadMembers(MessageType message, int spansBefore)
{
    private readonly bool _matters = message == TraceSchema.Request || message == TraceSchema.ResourceSpans || message == TraceSchema.ScopeSpans;
    private bool _hasAny;
    private bool _hasSpansByName;
    private bool _isSpansByName;

    /// <param name="name">The reader at the member's name.</param>
    public void Note(FieldType? type, ref Utf8JsonReader name)
    {
        if (_matters && type is null)
            _isSpansByName = name.GetString()!.Contains("span", StringComparison.OrdinalIgnoreCase);
    }

    /// <param name="value">The reader at its value's start, which it does not leave.</param>
    public void NoteValue(FieldType? type, ref Utf8JsonReader value)
    {
        if (!_matters || type is not null || !(IsOfSubstance(value) || IsOtherExport(value)))
            return;

        _hasAny = true;
        _hasSpansByName |= _isSpansByName;
    }

    /// <summary>With a name like that of spans it may in any case, with another if no span was found in the message.</summary>
    public readonly bool MayHoldSpans(int spans) => _hasSpansByName || (_hasAny && spans == spansBefore);

    /// <summary>An export has no other members: an empty list, too, is that of another signal.</summary>
    private readonly bool IsOtherExport(scoped in Utf8JsonReader value) => message == TraceSchema.Request && value.TokenType != JsonTokenType.Null;

    private static bool IsOfSubstance(Utf8JsonReader value) => value.TokenType switch
    {
        JsonTokenType.StartObject => value.Read() && value.TokenType != JsonTokenType.EndObject,
        JsonTokenType.StartArray => value.Read() && value.TokenType != JsonTokenType.EndArray,
        JsonTokenType.String => !value.ValueSpan.IsEmpty,
        JsonTokenType.Number => true,
        _ => false,
    };
}
