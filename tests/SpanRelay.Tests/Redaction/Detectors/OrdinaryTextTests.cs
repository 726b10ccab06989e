using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Tests.Redaction.Detectors.Corpus;

namespace SpanRelay.Tests.Redaction.Detectors;

/// <summary>What spans are full of stays as it is under all detectors that are on by default.</summary>
public class OrdinaryTextTests
{
    public static TheoryData<string> Texts => [.. LabelledText.ReadAll(OrdinaryTexts.Lines).Select(text => text.Text), .. OrdinaryTexts.Large];

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Texts))]
    public void StaysByteForByte(string text) => Assert.Equal(text, Finding.DefaultRedactor.Redact(text));

    [Fact]
    public void FindingNothingAllocatesNothing()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(OrdinaryTexts.Large));
        using var output = new PooledBuffer();
        var hits = new int[DetectorCatalog.All.Count];
        Finding.DefaultRedactor.TryRedact(text, output, hits);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Finding.DefaultRedactor.TryRedact(text, output, hits);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
