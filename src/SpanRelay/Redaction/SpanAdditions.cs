using SpanRelay.Buffers;
using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>Adds attributes to a span after redaction, from the attributes that are left. Safe for concurrent use.</summary>
internal abstract class SpanAdditions
{
    /// <summary>Key numbers are below this.</summary>
    public const int MostKeys = 128;

    /// <returns>The number of a key that matters, from 1; 0 for any other key.</returns>
    public abstract int NumberOf(ReadOnlySpan<byte> key);

    /// <summary>Writes attributes as fields of a Span, to be inserted behind the others. Their keys must be missing.</summary>
    public abstract void Append(scoped FoundAttributes found, PooledBuffer output);
}

/// <summary>Where a redacted attribute's value is in the output: the bytes of a text, or a number without its tag.</summary>
internal readonly record struct AttributePlace(int Start, int Length, FieldKind Kind);

/// <summary>The attributes left in the span that was written last, by key number, and those added to it. The last value of a repeated key counts.</summary>
internal ref struct FoundAttributes(ReadOnlySpan<byte> output, int attributesEnd, Span<AttributePlace> places, KeySet keys)
{
    private readonly ReadOnlySpan<byte> _output = output;
    private readonly Span<AttributePlace> _places = places;
    private KeySet _added;

    /// <summary>The keys that the span has.</summary>
    public KeySet Keys { get; private set; } = keys;

    /// <summary>The fields behind the span's attributes.</summary>
    public readonly ReadOnlySpan<byte> AfterAttributes => _output[attributesEnd..];

    public readonly bool Has(int number) => Keys.Contains(number);

    /// <param name="added">What has been added, for values that have.</param>
    /// <returns>The value of a scalar attribute; <see cref="FieldKind.Message"/> for any other.</returns>
    public readonly ReadOnlySpan<byte> Value(int number, ReadOnlySpan<byte> added, out FieldKind kind)
    {
        var place = _places[number];
        kind = place.Kind;
        return (_added.Contains(number) ? added : _output).Slice(place.Start, place.Length);
    }

    /// <summary>Records that the span has this attribute.</summary>
    public void Add(int number, AttributePlace place)
    {
        Keys = Keys.With(number);
        _added = _added.With(number);
        _places[number] = place;
    }
}
