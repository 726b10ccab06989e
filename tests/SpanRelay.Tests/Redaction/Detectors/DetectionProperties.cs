using System.Text;
using System.Text.Json;
using CsCheck;
using SpanRelay.Otlp;
using SpanRelay.Redaction;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Scanning;
using SpanRelay.Tests.Redaction.Oracle;

namespace SpanRelay.Tests.Redaction.Detectors;

public class DetectionProperties
{
    private static readonly TextRedactor AllDetectors = Finding.Redactor(DetectorCatalog.All);

    [Fact]
    public void NoBytesMakeADetectorThrow() => Gen.OneOf(Gen.Byte.Array[0, 300], AnyText.NearHits).Sample(text =>
    {
        foreach (var detector in DetectorCatalog.All)
            detector.FindAll(text);
        AllDetectors.Redact(text);
    }, iter: 20_000);

    [Fact]
    public void WhatIsPlantedIsRemoved() => Gen.Select(AnyText.Prose, AnyText.Left, AnyText.OneOf(AnyText.Planted), AnyText.Right, AnyText.Prose).Sample((before, left, planted, right, after) =>
    {
        // With nothing between, words before and after would be part of it.
        var text = (left.Length == 0 ? "" : before) + left + planted.Text + right + (right.Length == 0 ? "" : after);

        var redacted = Finding.DefaultRedactor.Redact(text);

        Assert.True(!redacted.Contains(planted.Text, StringComparison.Ordinal), $"{planted.Detector.Name} in {text}");
        Assert.StartsWith(left.Length == 0 ? "" : before, redacted, StringComparison.Ordinal);
        Assert.EndsWith(right.Length == 0 ? "" : after, redacted, StringComparison.Ordinal);
    }, iter: 10_000);

    [Fact]
    public void WhatIsPlantedIsFoundWhereverItStands()
    {
        foreach (var planted in AnyText.Planted.DistinctBy(planted => planted.Detector))
        {
            for (var before = 0; before < 140; before++)
            {
                for (var after = 0; after < 70; after += 3)
                {
                    var text = Encoding.UTF8.GetBytes(new string('.', before) + " " + planted.Text + " " + new string('.', after));

                    Assert.True(planted.Detector.TryFind(text, 0, out var hit), $"{planted.Detector.Name} behind {before}, before {after}");
                    Assert.Equal(before + 1, hit.Start);
                    Assert.False(planted.Detector.TryFind(text, hit.End, out _));
                }
            }
        }
    }

    [Fact]
    public void WhatIsPlantedInJsonIsRemovedAndJsonStaysJson() => Gen.Select(AnyText.Prose, AnyText.OneOf(AnyText.PlantedWithoutEscapes), AnyText.Prose, Gen.Int[0, 3]).Sample((before, planted, after, depth) =>
    {
        var text = $"{before} {planted.Text} {after}";
        for (var level = 0; level <= depth; level++)
            text = JsonSerializer.Serialize(new { name = "x", content = text, count = 3 });

        var redacted = Finding.DefaultRedactor.Redact(text);

        for (var level = 0; level <= depth; level++)
            redacted = JsonDocument.Parse(redacted).RootElement.GetProperty("content").GetString()!;
        Assert.True(!redacted.Contains(planted.Text, StringComparison.Ordinal), $"{planted.Detector.Name} in {text}");
        Assert.StartsWith(before + " ", redacted, StringComparison.Ordinal);
        Assert.EndsWith(" " + after, redacted, StringComparison.Ordinal);
    }, iter: 5_000);

    [Fact]
    public void WhateverIsJsonStaysJson() => Gen.Select(AnyText.HostileJson, AnyText.OneOf("[x]", "\"\\\n")).Sample((text, replacement) =>
    {
        var redactor = new TextRedactor(DetectorCatalog.All.Select(detector => (detector, replacement)));

        if (text[0] is '{' or '[' or '"') // a bare number is no JSON to speak of
            JsonDocument.Parse(redactor.Redact(text)).Dispose();
    }, iter: 5_000);

    [Fact]
    public void RedactingTwiceChangesNothingMore() => Gen.OneOf(AnyText.WithHits, AnyText.Json).Sample(text =>
    {
        var once = Finding.DefaultRedactor.Redact(text);

        Assert.Equal(once, Finding.DefaultRedactor.Redact(once));
    }, iter: 10_000);

    [Fact]
    public void TheHitsAreThoseOfEachDetectorAloneWhereTheyNeitherOverlapNorTouchAWord() => AnyText.NearHits.Sample(text =>
    {
        var all = DetectorCatalog.All.SelectMany(detector => detector.FindAll(text).Select(hit => (hit, detector))).OrderBy(found => found.hit.Start).ToArray();
        if (JsonText.IsValid(text) || all.Zip(all.Skip(1)).Any(pair => pair.First.hit.End > pair.Second.hit.Start) || all.Any(found => IsGlued(text, found.hit)))
            return;

        var expected = new StringBuilder();
        var copied = 0;
        foreach (var (hit, detector) in all)
        {
            expected.Append(Encoding.UTF8.GetString(text, copied, hit.Start - copied)).Append(hit.NeedsQuotes ? $"\"{detector.DefaultReplacement}\"" : detector.DefaultReplacement);
            copied = hit.End;
        }

        expected.Append(Encoding.UTF8.GetString(text, copied, text.Length - copied));
        Assert.Equal(expected.ToString(), Encoding.UTF8.GetString(AllDetectors.Redact(text)));
    }, iter: 5_000);

    /// <summary>A word that touches a hit may be one itself once that is replaced; RedactingTwiceChangesNothingMore covers it.</summary>
    private static bool IsGlued(byte[] text, Hit hit) =>
        (hit.Start > 0 && IsInWord(text[hit.Start - 1])) || (hit.End < text.Length && IsInWord(text[hit.End]));

    private static bool IsInWord(byte value) => AsciiByte.IsLetterOrDigit(value) || value >= 0x80;
}
