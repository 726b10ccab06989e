using System.Text;
using CsCheck;
using SpanRelay.Redaction;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Redaction.Detectors.Scanning;
using SpanRelay.Tests.Redaction.Detectors.Corpus;

namespace SpanRelay.Tests.Redaction.Detectors;

/// <summary>A detector that is ruled out for a text finds nothing in it.</summary>
public class ShortTextFilterTests
{
    private static readonly ShortTextFilter Filter = new([.. DetectorCatalog.All.Select(detector => detector.Minimum)]);

    private static readonly TextRedactor Filtering = Finding.Redactor(DetectorCatalog.All);

    private static readonly TextRedactor Searching = Finding.Redactor(DetectorCatalog.All.Select(detector => new WithoutMinimum(detector)));

    public static TheoryData<string> Detectors => [.. DetectorCatalog.All.Select(detector => detector.Name)];

    [Theory]
    [MemberData(nameof(Detectors))]
    public void WhateverIsLeftOfATextWithAHitIsSearchedAsLongAsThereIsOne(string name)
    {
        var detector = Finding.Detector(name);
        foreach (var text in Corpora.Found(detector))
        {
            for (var start = 0; start <= text.Hits[0].Start; start++)
            {
                for (var end = text.Bytes.Length; detector.TryFind(text.Bytes.AsSpan(start, end - start), 0, out _); end--)
                    Assert.True(Fits(detector, text.Bytes.AsSpan(start, end - start)), $"{start}..{end} of {text}");
            }
        }
    }

    [Fact]
    public void NoHitIsHidden() => Gen.OneOf(AnyText.NearHits, AnyText.WithHits.Select(Encoding.UTF8.GetBytes), AnyText.HostileJson.Select(Encoding.UTF8.GetBytes)).Sample(text =>
    {
        foreach (var detector in DetectorCatalog.All)
            Assert.True(Fits(detector, text) || !detector.TryFind(text, 0, out _), $"{detector.Name} in {Encoding.UTF8.GetString(text)}");
        Assert.Equal(Searching.Redact(text), Filtering.Redact(text));
    }, iter: 20_000);

    [Theory]
    [InlineData("", 0b00)]
    [InlineData("12", 0b00)]
    [InlineData("1b2", 0b01)]
    [InlineData("1b23.", 0b01)]
    [InlineData("1b23..", 0b11)]
    public void ATextFitsWithAsManyBytesOfEachKind(string text, uint fitting) =>
        Assert.Equal(fitting, new ShortTextFilter([new(3, new CountOf(2, Minimum.Digits)), new(0, new(3, Minimum.Digits), new(2, "."))]).Fitting(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void NoCountIsTooLarge()
    {
        var filter = new ShortTextFilter([new(0, new CountOf(200, "a")), new(0, new CountOf(1, "b"))]);

        for (var length = 200; length < 1000; length++)
            Assert.Equal(length < 256 ? 0b01u : 0b11u, filter.Fitting(Enumerable.Repeat((byte)'a', length).ToArray()));
    }

    [Fact]
    public void KindsBeyondTheCountersRuleNothingOut()
    {
        var filter = new ShortTextFilter([.. Enumerable.Range('a', 20).Select(kind => new Minimum(1, new CountOf(1, $"{(char)kind}")))]);

        Assert.Equal(0b1111_0000_0000_0000_0001u, filter.Fitting("a"u8));
    }

    private static bool Fits(Detector detector, ReadOnlySpan<byte> text) =>
        (Filter.Fitting(text) >> DetectorCatalog.All.ToList().IndexOf(detector) & 1) != 0;

    private sealed class WithoutMinimum(Detector detector) : Detector
    {
        public override string Name => detector.Name;

        public override string DefaultReplacement => detector.DefaultReplacement;

        public override Minimum Minimum { get; } = new(0);

        public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit) => detector.TryFind(text, from, out hit);
    }
}
