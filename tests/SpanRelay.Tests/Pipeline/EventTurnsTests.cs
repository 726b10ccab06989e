using SpanRelay.Buffers;
using SpanRelay.Pipeline;

namespace SpanRelay.Tests.Pipeline;

public class EventTurnsTests
{
    /// <summary>Other tests' relays may wait for turns meanwhile; none of them keeps one.</summary>
    [Fact]
    public async Task NoMoreEventsThanAllowedHaveATurnAtOnce()
    {
        using var deadline = new Deadline();
        var turns = new Stack<EventTurns.Turn>();
        while (turns.Count < ProcessMemory.EventsAtOnce)
            turns.Push(await EventTurns.TakeAsync(deadline.Token));

        var next = EventTurns.TakeAsync(deadline.Token).AsTask();
        var hadToWait = !next.IsCompleted;
        while (turns.TryPop(out var turn))
            turn.Dispose();

        Assert.True(hadToWait);
        (await next).Dispose();
    }

    [Fact]
    public async Task ALargeEventKeepsItsTurnUntilItIsReleasedAndASmallOneDoesNot()
    {
        using var deadline = new Deadline();
        var turns = new Stack<EventTurns.Turn>();
        while (turns.Count < ProcessMemory.EventsAtOnce)
            turns.Push(await EventTurns.TakeAsync(deadline.Token));

        var afterLarge = EventTurns.TakeAsync(deadline.Token).AsTask();
        turns.Peek().EndUnlessLarge(EventTurns.MaxSmall + 1);
        var hadToWait = !afterLarge.IsCompleted;
        turns.Peek().EndUnlessLarge(EventTurns.MaxSmall);
        (await afterLarge).Dispose();
        while (turns.TryPop(out var turn))
            turn.Dispose(); // The one that has ended frees nothing more.

        Assert.True(hadToWait);
        await NoMoreEventsThanAllowedHaveATurnAtOnce();
    }

    [Fact]
    public async Task ACancelledWaitTakesNoTurn()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        for (var i = 0; i < 100; i++)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await EventTurns.TakeAsync(cancelled.Token));

        using var deadline = new Deadline();
        (await EventTurns.TakeAsync(deadline.Token)).Dispose();
    }
}
