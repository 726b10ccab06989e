using SpanRelay.Buffers;

namespace SpanRelay.Tests.Buffers;

public class ProcessMemoryTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData(307, 25)] // 60 % of the smallest instance
    [InlineData(1_228, 64)]
    [InlineData(20_000, 64)]
    [InlineData(10, 8)]
    public void AnEventMayInflateToATwelfthOfTheMemory(long availableMiB, int mostMiB) =>
        Assert.Equal(mostMiB, ProcessMemory.MaxInflatedBytesOf(availableMiB * MiB) / MiB);

    [Theory]
    [InlineData(307, 19)]
    [InlineData(1_228, 76)]
    [InlineData(20_000, 256)]
    [InlineData(10, 8)]
    public void ASixteenthOfTheMemoryIsForExportsInWork(long availableMiB, int mostMiB) =>
        Assert.Equal(mostMiB, ProcessMemory.MaxIngestBytesOf(availableMiB * MiB) / MiB);

    [Theory]
    [InlineData(307, 4, 1)]
    [InlineData(1_228, 4, 1)]
    [InlineData(2_456, 2, 2)]
    [InlineData(2_456, 8, 3)]
    [InlineData(20_000, 2, 2)]
    public void SoManyEventsAreRedactedAtOnceAsMemoryAndProcessorsAllow(long availableMiB, int processors, int events) =>
        Assert.Equal(events, ProcessMemory.EventsAtOnceOf(availableMiB * MiB, processors));
}
