using System.Runtime.CompilerServices;
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

        var forgotten = KeepAndForget(settled, batches: 1_000);
        GC.Collect();

        Assert.DoesNotContain(forgotten, each => each.IsAlive);
        Assert.Equal(1, settled.Count);
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

    /// <returns>The key's partition and the set of each event. Not inlined: no local of it may be alive afterwards.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> KeepAndForget(SettledSpans settled, int batches)
    {
        var kept = new List<WeakReference>();
        for (var number = 0; number < batches; number++)
        {
            var partition = new string("busy".AsSpan());
            var each = Event(partition, number);
            settled.Keep(partition, [each], reason: null);
            settled.Forget(partition, [each]);
            kept.Add(new WeakReference(partition));
            kept.Add(new WeakReference(each.Settled));
        }

        return kept;
    }

    private static (EventKey Key, SpanSet Settled) Event(string partition, int number) => (new EventKey(partition, number, UInt128.One), new SpanSet(50));
}
