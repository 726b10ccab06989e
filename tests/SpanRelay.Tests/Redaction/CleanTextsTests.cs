using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction;

public class CleanTextsTests
{
    [Fact]
    public void ATextIsKnownOnceItWasAdded()
    {
        var texts = new CleanTexts();
        var text = Encoding.UTF8.GetBytes("https://api.openai.com/v1/chat/completions");

        Assert.False(IsKnown(texts, text));
        Add(texts, text);

        Assert.True(IsKnown(texts, text));
        Assert.False(IsKnown(texts, text[1..]));
    }

    [Fact]
    public void ATextThatDiffersInOneBitIsAnother()
    {
        var texts = new CleanTexts();
        var text = Encoding.UTF8.GetBytes("https://api.openai.com/v1/chat/completions?deployment=gpt-4o-mini");
        Add(texts, text);

        for (var bit = 0; bit < 8 * text.Length; bit++)
        {
            text[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(IsKnown(texts, text));
            text[bit / 8] ^= (byte)(1 << bit % 8);
        }

        Assert.True(IsKnown(texts, text));
    }

    [Fact]
    public void ALongTextIsNeverKnown()
    {
        var texts = new CleanTexts();
        var (longest, longer) = (new byte[CleanTexts.Longest], new byte[CleanTexts.Longest + 1]);
        Add(texts, longest);
        Add(texts, longer);

        Assert.True(IsKnown(texts, longest));
        Assert.False(IsKnown(texts, longer));
    }

    [Fact]
    public void ASecretIsFoundBesideEverythingThatIsKnown()
    {
        var rules = new TextRules(new RedactionPolicy());
        using var output = new PooledBuffer();
        var hits = new int[rules.Names.Count];
        var secret = "key AKIAIOSFODNN7EXAMPLE of id "u8;

        for (var id = 0; id < 10_000; id++)
        {
            byte[] clean = [.. "key of no particular shape, id "u8, .. Encoding.UTF8.GetBytes($"{id:d4}")];
            byte[] unclean = [.. secret, .. Encoding.UTF8.GetBytes($"{id:d4}")];
            for (var time = 0; time < 2; time++)
            {
                output.Truncate(0);
                Assert.False(rules.TryRedact(clean, output, hits));
                Assert.True(rules.TryRedact(unclean, output, hits));
            }
        }

        Assert.Equal(20_000, hits.Sum());
    }

    private static bool IsKnown(CleanTexts texts, byte[] text)
    {
        texts.Find(text, out var isClean);
        return isClean;
    }

    private static void Add(CleanTexts texts, byte[] text) => texts.Add(texts.Find(text, out _));
}
