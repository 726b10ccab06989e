using Google.Protobuf;
using SpanRelay.Cli.Page;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Page.Tests;

public sealed class WaterfallTests
{
    [Fact]
    public void EachSpanIsBelowItsParentInTheOrderInWhichTheyBegan()
    {
        var rows = Waterfall.Create([Create(4, parent: 2, 60, 80), Create(3, parent: 1, 50, 90), Create(2, parent: 1, 10, 50), Create(1, parent: 0, 0, 100)]);

        Assert.Equal([(1, 0), (2, 1), (4, 2), (3, 1)], rows.Select(row => (NumberOf(row.Span), row.Depth)));
        Assert.Equal([(0, 100), (10, 40), (60, 20), (50, 40)], rows.Select(row => (Math.Round(row.Left), Math.Round(row.Width))));
        Assert.Equal(40, rows[1].Milliseconds);
    }

    [Fact]
    public void ASpanWithoutItsParentIsARootAndOneThatCameTwiceIsThereOnce()
    {
        var rows = Waterfall.Create([Create(2, parent: 9, 0, 10), Create(2, parent: 9, 0, 10)]);

        Assert.Equal(0, Assert.Single(rows).Depth);
    }

    [Fact]
    public void ParentsInACircleAreAllThere() =>
        Assert.Equal([1, 2, 3], Waterfall.Create([Create(1, parent: 3, 0, 10), Create(2, parent: 1, 1, 10), Create(3, parent: 2, 2, 10)]).Select(row => NumberOf(row.Span)));

    [Fact]
    public void HoweverManyAndHoweverDeepOnlyTheFirstAreLaidOut() =>
        Assert.Equal(Waterfall.MostRows, Waterfall.Create(Enumerable.Range(1, 20_000).Select(number => Create(number, number - 1, (ulong)number, (ulong)number + 1))).Count);

    [Fact]
    public void TimesThatMakeNoSenseStayInThePicture()
    {
        var rows = Waterfall.Create([Create(1, 0, 100, 0), Create(2, 1, 50, 50), new Span { SpanId = IdOf(3), EndTimeUnixNano = ulong.MaxValue }]);

        Assert.All(rows, row => Assert.True(row is { Left: >= 0 and <= 100, Width: > 0 } && row.Left + row.Width <= 101, $"{row.Left} {row.Width}"));
        Assert.Empty(Waterfall.Create([]));
    }

    private static Span Create(int number, int parent, ulong start, ulong end) => new()
    {
        SpanId = IdOf(number),
        ParentSpanId = parent == 0 ? ByteString.Empty : IdOf(parent),
        StartTimeUnixNano = start * 1_000_000,
        EndTimeUnixNano = end * 1_000_000,
    };

    private static ByteString IdOf(int number) => ByteString.CopyFrom(BitConverter.GetBytes((long)number));

    private static int NumberOf(Span span) => (int)BitConverter.ToInt64(span.SpanId.Span);
}
