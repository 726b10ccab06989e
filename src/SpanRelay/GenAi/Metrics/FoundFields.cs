using SpanRelay.Otlp;

namespace SpanRelay.GenAi.Metrics;

/// <summary>The attributes of one span that metrics need, as places in its bytes: nothing is decoded before it is known to be a model span.</summary>
/// <param name="values">By field, where the encoded value lies.</param>
/// <param name="ranks">By field, the place of its key in <see cref="SpanFields.Keys"/> plus one; 0 for none.</param>
internal readonly ref struct FoundFields(ReadOnlySpan<byte> span, Span<Range> values, Span<int> ranks)
{
    public const int Count = (int)SpanField.Cost + 1;

    private readonly ReadOnlySpan<byte> _span = span;
    private readonly Span<Range> _values = values;
    private readonly Span<int> _ranks = ranks;

    /// <param name="endsAt">Where the attribute ends in the span.</param>
    public void Note(ReadOnlySpan<byte> attribute, int endsAt)
    {
        var rest = attribute;
        if (rest.IsEmpty || !WireReader.TryReadField(ref rest, out var key) || key.Number != TraceSchema.KeyValueKey || key.Type != WireType.LengthDelimited)
            return;

        var place = SpanFields.Find(key.Payload);
        if (place < 0 || rest.IsEmpty || !WireReader.TryReadField(ref rest, out var value) || value.Type != WireType.LengthDelimited)
            return;

        var field = (int)SpanFields.Keys[place].Field;
        if (_ranks[field] > 0 && _ranks[field] <= place)
            return;

        _ranks[field] = place + 1;
        _values[field] = (endsAt - rest.Length - value.Payload.Length)..(endsAt - rest.Length);
    }

    public bool Has(SpanField field) => _ranks[(int)field] > 0;

    public string? Label(SpanField field) => Has(field) ? AttributeValue.ReadLabel(_span[_values[(int)field]]) : null;

    public decimal? Number(SpanField field) =>
        Has(field) && AttributeValue.ReadNumber(_span[_values[(int)field]]) * SpanFields.Keys[_ranks[(int)field] - 1].Scale is { } number ? number : null;
}
