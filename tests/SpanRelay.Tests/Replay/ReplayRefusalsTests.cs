using SpanRelay.DeadLetters;
using SpanRelay.Replay;
using SpanRelay.Tests.DeadLetters;

namespace SpanRelay.Tests.Replay;

public sealed class ReplayRefusalsTests
{
    [Fact]
    public async Task BatchesThatRunInParallelKeepTheirOwnReasons()
    {
        var refusals = new ReplayRefusals();
        foreach (var (batch, reason) in new[] { ("replay-0", DeadLetterReason.Rejected), ("replay-100", DeadLetterReason.TooOld) })
            await refusals.PutAsync(StoredArchive.Letter(1, reason) with { Partition = batch }, default, TestContext.Current.CancellationToken);

        Assert.Equal(DeadLetterReason.Rejected, Assert.Single(refusals.Take("replay-0", 1)).Reason);
        Assert.Equal(DeadLetterReason.TooOld, Assert.Single(refusals.Take("replay-100", 1)).Reason);
    }
}
