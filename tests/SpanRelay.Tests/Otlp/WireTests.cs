using CsCheck;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Otlp;

namespace SpanRelay.Tests.Otlp;

public class WireTests
{
    [Fact]
    public void WhatIsWrittenIsReadAndIsWhatGooglesWriterWrites() =>
        Gen.Select(Gen.Int[1, (1 << 29) - 1], Gen.OneOf(Gen.ULong, Gen.ULong[0, 300])).Sample((number, value) =>
        {
            using var output = new PooledBuffer();
            new WireWriter(output).WriteVarint(number, value);

            using var expected = new MemoryStream();
            using (var google = new CodedOutputStream(expected, leaveOpen: true))
            {
                google.WriteTag(number, WireFormat.WireType.Varint);
                google.WriteUInt64(value);
            }

            Assert.Equal(expected.ToArray(), output.WrittenSpan.ToArray());
            var rest = output.WrittenSpan;
            Assert.True(WireReader.TryReadField(ref rest, out var field));
            Assert.Equal((number, value, 0), (field.Number, field.Scalar, rest.Length));
        });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 127)]
    [InlineData(0, 128)]
    [InlineData(128, 127)]
    [InlineData(100_000, 3)]
    [InlineData(3, 100_000)]
    public void AnOpenFieldGetsTheShortestLengthHoweverWrongTheGuess(int expectedLength, int length)
    {
        var value = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        using var output = new PooledBuffer();
        var writer = new WireWriter(output);
        writer.WriteVarint(1, 7);

        var open = writer.Begin(2, expectedLength);
        output.Append(value);
        writer.End(open);
        writer.WriteVarint(3, 9);

        using var expected = new PooledBuffer();
        var plain = new WireWriter(expected);
        plain.WriteVarint(1, 7);
        plain.WriteBytes(2, value);
        plain.WriteVarint(3, 9);
        Assert.Equal(expected.WrittenSpan.ToArray(), output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData("00 01", "field number zero")]
    [InlineData("0B 0C", "a group")]
    [InlineData("0E", "wire type 6")]
    [InlineData("0F", "wire type 7")]
    [InlineData("08", "no value")]
    [InlineData("08 80", "half a varint")]
    [InlineData("08 FF FF FF FF FF FF FF FF FF FF 01", "a varint of eleven bytes")]
    [InlineData("09 01 02 03", "half a fixed64")]
    [InlineData("0D 01 02 03", "half a fixed32")]
    [InlineData("0A 02 01", "a length past the end")]
    [InlineData("0A FF FF FF FF FF FF FF FF FF 01", "the longest length there is")]
    [InlineData("88 80 80 80 80 01 01", "a tag of over 32 bits")]
    public void MalformedFieldsAreAnAnswer(string hex, string what)
    {
        ReadOnlySpan<byte> rest = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        Assert.False(WireReader.TryReadField(ref rest, out _), what);
    }

    [Fact]
    public void PaddedVarintsAreRead()
    {
        ReadOnlySpan<byte> rest = [0x88, 0x80, 0x00, 0x85, 0x80, 0x80, 0x00];

        Assert.True(WireReader.TryReadField(ref rest, out var field));

        Assert.Equal((1, 5UL), (field.Number, field.Scalar));
    }
}
