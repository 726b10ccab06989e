using System.Text;
using SpanRelay.Redaction.Detectors.Credentials;
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

    [Fact]
    public void EachAnchorMayBeOneAndFewOtherBytesMayBe()
    {
        Anchor[] anchors = [.. CredentialShapes.All.Select(shape => shape.Anchor)];
        var scanner = new AnchorScanner(anchors);

        Assert.All(anchors, anchor => Assert.True(scanner.MayBe(Key(anchor.Text))));
        Assert.All(anchors.Where(anchor => anchor.IgnoreCase), anchor => Assert.True(scanner.MayBe(Key(anchor.Text.ToUpperInvariant()))));
        var letters = from first in "abcdefghijklmnopqrstuvwxyz" from second in "aeiou" from third in "0123456789" select $"{first}{second}{third}";
        Assert.InRange(letters.Count(text => scanner.MayBe(Key(text))), 0, letters.Count() / 10);
    }

    private static uint Key(string text) => Anchor.KeyAt(Encoding.ASCII.GetBytes(text), 0);

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
