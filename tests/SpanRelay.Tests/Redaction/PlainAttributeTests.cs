using System.Text.Unicode;
using CsCheck;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction;

public class PlainAttributeTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 0, 12], Gen.Int[120, 140].Select(length => new string('a', length)));

    private static readonly Gen<AnyValue> Values = Gen.OneOf(
        Texts.Select(Some.Text),
        Gen.Bool.Select(value => new AnyValue { BoolValue = value }),
        Gen.OneOf(Gen.Long, Gen.Int[0, 300].Select(value => (long)value)).Select(value => new AnyValue { IntValue = value }),
        Gen.Double.Select(value => new AnyValue { DoubleValue = value }),
        Gen.Byte.Array[0, 12].Select(value => new AnyValue { BytesValue = ByteString.CopyFrom(value) }));

    private static readonly Gen<KeyValue> Attributes = Gen.Select(Texts.Where(key => key.Length > 0), Values, (key, value) => new KeyValue { Key = key, Value = value });

    [Fact]
    public void WhatTheWriterWritesIsPlain() => Attributes.Sample(attribute =>
    {
        var isPlain = PlainAttribute.TryRead(attribute.ToByteArray(), out var plain);

        Assert.Equal(attribute.Value.IntValue >= 0, isPlain); // A negative number may be written in more than one way.
        if (!isPlain)
            return;

        Assert.Equal(attribute.Key, System.Text.Encoding.UTF8.GetString(plain.Key));
        Assert.Equal(attribute.Value, AnyValue.Parser.ParseFrom(plain.ValueField[(plain.ValueField[1] < 0x80 ? 2 : 3)..]));
        if (attribute.Value.HasStringValue)
            Assert.Equal(attribute.Value.StringValue, System.Text.Encoding.UTF8.GetString(plain.Text));
    });

    [Fact]
    public void WhatIsPlainIsWhatTheWriterWouldWrite() => Gen.Select(Attributes, Gen.Int[0, 1000], Gen.Byte, Gen.Int[0, 2]).Sample((attribute, at, value, change) =>
    {
        var bytes = attribute.ToByteArray().ToList();
        at %= bytes.Count;
        if (change == 0)
            bytes[at] = value;
        else if (change == 1)
            bytes.Insert(at, value);
        else
            bytes.RemoveAt(at);
        byte[] mutated = [.. bytes];

        if (PlainAttribute.TryRead(mutated, out var plain) && Utf8.IsValid(plain.Key) && Utf8.IsValid(plain.IsText ? plain.Text : []))
            Assert.Equal(mutated, KeyValue.Parser.ParseFrom(mutated).ToByteArray());
    }, iter: 50_000);

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("0A016B", "no value")]
    [InlineData("0A0012030A0176", "no key")]
    [InlineData("0A016B1200", "an empty value")]
    [InlineData("12030A01760A016B", "the value first")]
    [InlineData("0A016A0A016B12030A0176", "two keys")]
    [InlineData("0A016B12030A017612030A0176", "two values")]
    [InlineData("0A016B12060A01760A0177", "a value set twice")]
    [InlineData("0A016B12030A01763801", "an unknown field")]
    [InlineData("8A00016B12030A0176", "a long tag")]
    [InlineData("0A81006B12030A0176", "a long length of the key")]
    [InlineData("0A016B1283000A0176", "a long length of the value")]
    [InlineData("0A016B12040A810076", "a long length of the text")]
    [InlineData("0A016B1203188100", "a long number")]
    [InlineData("0A016B12021002", "a truth of two")]
    [InlineData("0A016B120B18FFFFFFFFFFFFFFFFFF7F", "a number with bits too many")]
    [InlineData("0A016B12022A00", "a list")]
    [InlineData("0A016B12023200", "a map")]
    [InlineData("0A016B120540AA000000", "an unknown value")]
    [InlineData("0A016B12030A0276", "a text past the end")]
    [InlineData("0A056B12030A0176", "a key past the end")]
    [InlineData("0A016B1218", "a value past the end")]
    public void AnythingElseIsNot(string hex, string what) =>
        Assert.False(PlainAttribute.TryRead(Convert.FromHexString(hex), out _), what);
}
