using SpanRelay.Buffers;

namespace SpanRelay.Tests.Buffers;

public class PooledBufferTests
{
    private const int Large = 20 * 1024 * 1024;

    [Fact]
    public void AnUnusualCapacityIsNotKept()
    {
        using var buffer = new PooledBuffer();
        buffer.Append(new byte[Large]);
        buffer.Truncate(1);
        var kept = buffer.GetSpan().Length;
        buffer.Truncate(0);

        Assert.True(kept >= Large - 1);
        Assert.InRange(buffer.GetSpan().Length, 1, 1024 * 1024);
    }

    [Fact]
    public void ALargeBufferGrowsByHalf()
    {
        using var buffer = new PooledBuffer();
        buffer.Append(new byte[Large]);
        buffer.Append(1);

        Assert.InRange(buffer.GetSpan().Length, 1, Large * 6 / 10);
        Assert.Equal(Large + 1, buffer.Length);
    }

    [Fact]
    public void AfterDisposalItCanBeUsedAgain()
    {
        var buffer = new PooledBuffer();
        buffer.Append("before"u8);
        buffer.Dispose();
        buffer.Append("after"u8);

        Assert.Equal("after"u8, buffer.WrittenSpan);
        buffer.Dispose();
    }
}
