using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Tests.Redaction.Detectors.Scanning;

public class AnchorScannerTests
{
    private static readonly AnchorScanner Scanner = new([new Anchor("sk-")]);

    [Fact]
    public void AnAnchorIsFoundOnceWhereverItStandsAndWhereverTheSearchStarts()
    {
        for (var length = 3; length < 110; length++)
        {
            for (var at = 0; at <= length - 3; at++)
            {
                var text = Enumerable.Repeat((byte)'.', length).ToArray();
                "sk-"u8.CopyTo(text.AsSpan(at));
                for (var from = 0; from <= length; from++)
                    Assert.Equal(from <= at ? [at] : [], Places(text, from));
            }
        }
    }

    private static List<int> Places(byte[] text, int from)
    {
        var places = new List<int>();
        while (Scanner.Next(text, ref from) is not 0 and var found)
        {
            places.AddRange(Enumerable.Range(from, AnchorScanner.Step).Where(place => (found >> (place - from) & 1) != 0));
            from += AnchorScanner.Step;
        }

        return places;
    }
}
