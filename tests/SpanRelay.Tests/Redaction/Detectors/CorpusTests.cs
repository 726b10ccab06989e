using System.Text;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Redaction.Detectors.Scanning;
using SpanRelay.Tests.Redaction.Detectors.Corpus;

namespace SpanRelay.Tests.Redaction.Detectors;

public class CorpusTests
{
    private const int FewestTexts = 30;

    public static TheoryData<string> Detectors => [.. DetectorCatalog.All.Select(detector => detector.Name)];

    [Theory]
    [MemberData(nameof(Detectors))]
    public void EveryHitIsFoundAtItsExactPlace(string name)
    {
        var detector = Finding.Detector(name);
        var texts = Corpora.Found(detector);

        Assert.True(texts.Count >= FewestTexts, $"{texts.Count} texts");
        Assert.All(texts, text => Assert.Equal(Describe(text, text.Hits), Describe(text, detector.FindAll(text.Bytes))));
    }

    [Theory]
    [MemberData(nameof(Detectors))]
    public void WhatOnlyLooksLikeItIsNotFound(string name)
    {
        var detector = Finding.Detector(name);
        var texts = Corpora.NotFound(detector);

        Assert.True(texts.Count >= FewestTexts, $"{texts.Count} texts");
        Assert.All(texts, text => Assert.Equal("", Describe(text, detector.FindAll(text.Bytes))));
    }

    private static string Describe(LabelledText text, IEnumerable<Hit> hits) =>
        string.Join(" | ", hits.Select(hit => $"{hit.Start}: {Encoding.UTF8.GetString(text.Bytes, hit.Start, hit.Length)}"));
}
