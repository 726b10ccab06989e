using CsCheck;
using SpanRelay.Sending;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Sending;

public class RejectionBisectorTests
{
    [Fact]
    public void OneCulpritCostsAtMostTwiceTheLogarithmAndOne()
    {
        for (var units = 1; units <= 500; units++)
        {
            for (var culprit = 0; culprit < units; culprit++)
            {
                var (found, requests) = Search(units, [culprit]);
                Assert.Equal([culprit], found);
                Assert.True(requests <= 2 * Math.Log2(units) + 1 + 1e-9, $"{requests} requests for {culprit} of {units}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(500)]
    [InlineData(2_000)]
    public void WhereEveryUnitIsACulpritEachCostsOneRequest(int units)
    {
        var (found, requests) = Search(units, [.. Enumerable.Range(0, units)]);

        Assert.Equal(units, found.Count);
        Assert.InRange(requests, units, units + (2 * (int)Math.Ceiling(Math.Log2(units))));
    }

    [Fact]
    public void ARunOfCulpritsAmongOthersCostsOneRequestEach()
    {
        var (found, requests) = Search(2_000, [.. Enumerable.Range(700, 600)]);

        Assert.Equal(600, found.Count);
        Assert.InRange(requests, 600, 600 + (4 * 11));
    }

    [Fact]
    public void SeveralCulpritsCostTwoLogarithmsAndTwoEach()
    {
        var most = new int[6];
        Gen.Select(Gen.Int[1, 500], Gen.Int[0, 499].HashSet[0, 5]).Sample((units, places) =>
        {
            var culprits = places.Where(place => place < units).Order().ToArray();

            var (found, requests) = Search(units, culprits);

            Assert.Equal(culprits, found);
            Assert.InRange(requests, 1, Bound(units, culprits.Length));
            lock (most)
                most[culprits.Length] = Math.Max(most[culprits.Length], requests);
        }, iter: 100_000);

        for (var k = 0; k <= 5; k++)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{k} culprits among up to 500: at most {most[k]} requests seen, {Bound(500, k)} possible; "
                + $"2*log2(n)+k would be {2 * Math.Log2(500) + k:0.0}, and no search needs less than {Least(500, k):0.0}");
        }
    }

    [Fact]
    public void UnitsThatAreTooLargeTogetherAreNoCulprits() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300]).Sample((units, mostAtOnce) =>
        {
            var search = new RejectionBisector(units);
            var taken = 0;
            while (!search.IsDone)
            {
                var (from, count) = search.Next.GetOffsetAndLength(units);
                Assert.Equal(taken, from);
                if (count > mostAtOnce)
                {
                    Assert.Null(search.TooLarge());
                    continue;
                }

                taken += count;
                search.Settled();
            }

            Assert.Equal(units, taken);
        });

    private static int Bound(int units, int culprits) => culprits * (2 * (int)Math.Ceiling(Math.Log2(units)) + 2) + 1;

    // An answer is one bit, and there are so many ways to choose k among n.
    private static double Least(int units, int culprits) =>
        Enumerable.Range(0, culprits).Sum(i => Math.Log2(units - i) - Math.Log2(i + 1));

    private static (List<int> Found, int Requests) Search(int units, int[] culprits)
    {
        var search = new RejectionBisector(units);
        var found = new List<int>();
        var settled = 0;
        var requests = 0;
        while (!search.IsDone)
        {
            var (from, count) = search.Next.GetOffsetAndLength(units);
            Assert.Equal(settled, from);
            requests++;
            if (!culprits.Any(place => place >= from && place < from + count))
            {
                search.Settled();
                settled += count;
            }
            else if (search.Refused() is { } culprit)
            {
                Assert.Equal(1, count);
                found.Add(culprit);
                settled++;
            }
        }

        Assert.Equal(units, settled);
        return (found, requests);
    }
}
