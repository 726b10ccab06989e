using SpanRelay.Diagnosis;
using SpanRelay.Local.Faults;

namespace SpanRelay.Tests.Diagnosis;

public sealed class PayloadFactsTests
{
    [Theory]
    [InlineData(65_536, "64 KiB")]
    [InlineData(262_144, "256 KiB")]
    [InlineData(1_048_576, "1 MiB")]
    [InlineData(1_000_000, "1,000,000 bytes")]
    public void ACutAtACommonLimitIsNamed(int size, string expected) =>
        Assert.Equal($"It ends after exactly {expected}: a limit on the way may have cut it.", PayloadFacts.Describe(CauseCatalog.CutOff, new byte[size]));

    [Theory]
    [InlineData(65_535)]
    [InlineData(512)]
    [InlineData(0)]
    public void ACutAnywhereElseIsNot(int size) => Assert.Null(PayloadFacts.Describe(CauseCatalog.CutOff, new byte[size]));

    [Fact]
    public void UnknownBytesAreDescribedAndNotQuoted() =>
        Assert.Equal("Its first byte is 0x07; 75% of its bytes are printable ASCII.", PayloadFacts.Describe(CauseCatalog.OtherBinary, [0x07, (byte)'a', (byte)'b', (byte)'c']));

    [Fact]
    public void OnlyEvenlyDistributedBytesAreRandom()
    {
        var random = new byte[10_000];
        new Random(1).NextBytes(random);

        Assert.True(PayloadFacts.IsRandom(random));
        Assert.True(PayloadFacts.IsRandom(random.AsSpan(0, 300)));
        Assert.False(PayloadFacts.IsRandom(random.AsSpan(0, 200))); // Too few to tell.
        Assert.False(PayloadFacts.IsRandom(Wrapped.Base64(random)));
        Assert.False(PayloadFacts.IsRandom(new byte[10_000]));
        Assert.False(PayloadFacts.IsRandom(new SampleExport(Some.Now).Protobuf));
    }
}
