using SpanRelay.Ingest;

namespace SpanRelay.Tests.Ingest;

public class IngestGateTests
{
    [Fact]
    public void ExportsAreAdmittedUpToTheirBytesAndAgainWhenTheyHaveLeft()
    {
        var gate = new IngestGate(maxBytes: 100, maxExports: 10);
        Assert.True(gate.TryEnter(60));
        Assert.True(gate.TryEnter(40));
        Assert.False(gate.TryEnter(1));
        gate.Leave(40);
        Assert.True(gate.TryEnter(40));
    }

    [Fact]
    public void SmallOnesAreAdmittedUpToANumber()
    {
        var gate = new IngestGate(maxBytes: 100, maxExports: 2);
        Assert.True(gate.TryEnter(0));
        Assert.True(gate.TryEnter(0));
        Assert.False(gate.TryEnter(0));
    }

    [Fact]
    public void ALargerOneThanTheLimitIsAdmittedAlone()
    {
        var gate = new IngestGate(maxBytes: 100, maxExports: 10);
        Assert.True(gate.TryEnter(500));
        Assert.False(gate.TryEnter(1));
        gate.Leave(500);
        Assert.True(gate.TryEnter(1));
        Assert.False(gate.TryEnter(500));
    }
}
