using Amqp;
using Amqp.Types;
using CsCheck;
using SpanRelay.Local.EventHub.Amqp.Wire;

namespace SpanRelay.Tests.Local.EventHub.Amqp;

public sealed class WireValueTests
{
    [Fact]
    public void AnyBytesAreMeasuredWithoutAFailureAndWithinTheirLength() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Assert.InRange(WireValue.Measure(bytes), 0, bytes.Length));

    [Fact]
    public void AnEncodedValueHasItsLengthAndOneByteLessIsNone()
    {
        var value = new Map
        {
            ["text"] = new string('x', 300),
            ["numbers"] = new List { 1, 2L, 3.5, true, null, Guid.Empty, new byte[] { 1, 2 } },
            ["ids"] = new[] { "0", "1" },
            ["symbol"] = new DescribedValue(new Symbol("a:b"), 'c'),
        };
        var buffer = new ByteBuffer(1024, autoGrow: true);
        Encoder.WriteObject(buffer, value);
        var bytes = buffer.Buffer.AsSpan(buffer.Offset, buffer.Length);

        Assert.Equal(bytes.Length, WireValue.Measure(bytes));
        for (var length = 0; length < bytes.Length; length++) Assert.Equal(0, WireValue.Measure(bytes[..length]));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(30, false)]
    public void NestingHasAnEnd(int levels, bool isMeasured)
    {
        byte[] value = [0x40];
        for (var level = 0; level < levels; level++) value = [0xc0, (byte)(value.Length + 1), 1, .. value];
        Assert.Equal(isMeasured ? value.Length : 0, WireValue.Measure(value));
    }
}
