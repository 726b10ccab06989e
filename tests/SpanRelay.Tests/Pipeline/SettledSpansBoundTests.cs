using SpanRelay.DeadLetters;
using SpanRelay.Pipeline;

namespace SpanRelay.Tests.Pipeline;

public sealed class SettledSpansBoundTests
{
    [Fact]
    public void SettledSpansOfOtherPartitionsTakeNoMemoryWhileOneIsHeld()
    {
        var settled = new SettledSpans();
        settled.Keep("held", [Event("held", 0)], reason: null);
        GrowAndForget(settled, 1_000);
        var before = AllocatedAndKept(settled, batches: 0);

        var kept = AllocatedAndKept(settled, batches: 100_000);

        Assert.Equal(1, settled.Count);
        Assert.InRange(kept - before, long.MinValue, 1_000_000); // One key alone is 40 bytes: 100,000 of them would be 4 MB.
        Assert.NotNull(settled.Recall(Event("held", 0).Key));
    }

    [Fact]
    public void PastItsBoundTheOldestEventIsForgotten()
    {
        var settled = new SettledSpans(maxWords: 100);

        for (var number = 0; number < 50; number++)
            settled.Keep("0", [Event("0", number)], reason: null);

        Assert.InRange(settled.Count, 1, 5);
        Assert.Null(settled.Recall(Event("0", 0).Key));
        Assert.NotNull(settled.Recall(Event("0", 49).Key));
    }

    [Fact]
    public void ABatchThatIsHeldAgainIsForgottenLast()
    {
        var settled = new SettledSpans(maxWords: 100);
        settled.Keep("0", [Event("0", 0)], reason: null);
        settled.Keep("1", [Event("1", 0)], reason: null);
        settled.Keep("0", [Event("0", 0)], reason: null);

        for (var number = 1; number < 4; number++)
            settled.Keep("2", [Event("2", number)], reason: null);

        Assert.Null(settled.Recall(Event("1", 0).Key));
        Assert.NotNull(settled.Recall(Event("0", 0).Key));
    }

    private static long AllocatedAndKept(SettledSpans settled, int batches)
    {
        GrowAndForget(settled, batches);
        var kept = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(settled);
        return kept;
    }

    private static void GrowAndForget(SettledSpans settled, int batches)
    {
        for (var number = 0; number < batches; number++)
        {
            var each = Event("busy", number);
            settled.Keep("busy", [each], reason: null);
            settled.Forget("busy", [each.Key]);
        }
    }

    private static (EventKey Key, SpanSet Settled) Event(string partition, int number) => (new EventKey(partition, number, UInt128.One), new SpanSet(50));
}
