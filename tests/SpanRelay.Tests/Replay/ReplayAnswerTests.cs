using SpanRelay.Functions.Replay;
using SpanRelay.Replay;

namespace SpanRelay.Tests.Replay;

public class ReplayAnswerTests
{
    [Fact]
    public void BlobsThatCannotBeReadAreNamed()
    {
        var selection = new ReplaySelection();
        selection.Skipped.AddRange(Enumerable.Range(0, 30).Select(i => $"The record of {i} cannot be read."));

        var answer = ReplayAnswer.Of(selection, new ReplayReport(0), []);

        Assert.Equal(ReplayAnswer.MostProblems, answer.Problems.Count);
        Assert.Equal(new ReplayProblem("", "Unreadable", "The record of 0 cannot be read."), answer.Problems[0]);
    }
}
