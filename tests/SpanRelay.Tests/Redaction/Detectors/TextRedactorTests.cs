using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Redaction;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Redaction.Detectors.Named;
using SpanRelay.Redaction.Detectors.Scanning;
using SpanRelay.Tests.Redaction.Detectors.Corpus;

namespace SpanRelay.Tests.Redaction.Detectors;

public class TextRedactorTests
{
    private const string Card = "4111111111111111";

    [Theory]
    [InlineData("ada@example.com", "[email]")]
    [InlineData("a ada@example.com b grace@example.org c", "a [email] b [email] c")]
    [InlineData("card 4945 8073 0215 7365, iban DE11522376012614357789", "card [creditCard], iban [iban]")]
    [InlineData("5572 0405 6086 5696eyJhbGciOiJIUzI1NiJ9.dGV4dA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "[creditCard][jwt]")] // Each hides the other's end or start.
    [InlineData("ada@пример.рф536-22-8726", "[email][usSsn]")]
    [InlineData("ada@пример.рф7", "[email]7")]
    [InlineData("nothing", "nothing")]
    [InlineData("", "")]
    public void ReplacesWhatIsFound(string text, string redacted) => Assert.Equal(redacted, Finding.DefaultRedactor.Redact(text));

    [Fact]
    public void CountsByDetectorInTheOrderGiven()
    {
        var redactor = Finding.Redactor([Finding.Detector("email"), Finding.Detector("creditCard")]);
        using var output = new PooledBuffer();
        var hits = new int[2];

        Assert.True(redactor.TryRedact(Encoding.UTF8.GetBytes($"ada@example.com {Card} grace@example.org"), output, hits));

        Assert.Equal([2, 1], hits);
    }

    [Fact]
    public void AppendsToTheOutputAndLeavesItAloneWhenNothingIsFound()
    {
        using var output = new PooledBuffer();
        output.Append("before "u8);

        Assert.False(Finding.DefaultRedactor.TryRedact("nothing"u8, output, new int[9]));
        Assert.True(Finding.DefaultRedactor.TryRedact("ada@example.com"u8, output, new int[9]));

        Assert.Equal("before [email]", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void TheEarliestStartWinsThenTheLonger()
    {
        var at = new StubDetector("first", (4, 4), (20, 2));
        var earlier = new StubDetector("earlier", (2, 4), (20, 5));
        foreach (var order in new Detector[][] { [at, earlier], [earlier, at] })
            Assert.Equal("01[earlier]6789abcdefghij[earlier]pqrs", Finding.Redactor(order).Redact("0123456789abcdefghijklmnopqrs"));
    }

    [Fact]
    public void OfEqualHitsTheOneGivenFirstWins()
    {
        var one = new StubDetector("one", (3, 2));
        var two = new StubDetector("two", (3, 2));

        Assert.Equal("012[one]56789", Finding.Redactor([one, two]).Redact("0123456789"));
        Assert.Equal("012[two]56789", Finding.Redactor([two, one]).Redact("0123456789"));
    }

    [Theory]
    [InlineData("""{"a":4111111111111111}""", """{"a":"[creditCard]"}""")]
    [InlineData("""[1,4111111111111111]""", """[1,"[creditCard]"]""")]
    [InlineData("""{"ada@example.com":1}""", """{"[email]":1}""")]
    [InlineData("""{"token":true,"pin":1}""", """{"token":"[secret]","pin":1}""")]
    [InlineData("""{"token":{"a":[1,2]},"pin":1}""", """{"token":"[secret]","pin":1}""")]
    [InlineData("""{"password":"a\"b","x":1}""", """{"password":"[secret]","x":1}""")]
    [InlineData("""{"b":"{\"a\":4111111111111111}"}""", """{"b":"{\"a\":\"[creditCard]\"}"}""")]
    [InlineData("""{"b":"{\"token\":12,\"x\":1}"}""", """{"b":"{\"token\":\"[secret]\",\"x\":1}"}""")]
    [InlineData("""{"b":"{\"c\":\"{\\\"token\\\":12}\"}"}""", """{"b":"{\"c\":\"{\\\"token\\\":\\\"[secret]\\\"}\"}"}""")]
    [InlineData("""{"b":"say {\"token\":12} now"}""", """{"b":"say {\"token\":\"[secret]\"} now"}""")]
    [InlineData("{\"a\":1}\n{\"token\":1}", "{\"a\":1}\n{\"token\":\"[secret]\"}")]
    [InlineData("\"card 4111111111111111\"", "\"card [creditCard]\"")]
    [InlineData("4111111111111111", "[creditCard]")]
    [InlineData("""{"cut":4111111111111111,"x""", """{"cut":[creditCard],"x""")]
    public void JsonStaysJson(string text, string redacted) => Assert.Equal(redacted, Finding.DefaultRedactor.Redact(text));

    [Theory]
    [InlineData("""{"a":"ada@example.com"}""", """{"a":"<\"\\>"}""")]
    [InlineData("""{"b":"{\"a\":\"ada@example.com\"}"}""", """{"b":"{\"a\":\"<\\\"\\\\>\"}"}""")]
    [InlineData("""{"password":1}""", """{"password":"<\"\\>"}""")]
    [InlineData("ada@example.com", "<\"\\>")]
    [InlineData("""{"a":"ada@example.com""", """{"a":"<"\>""")]
    public void ReplacementsAreEscapedInJsonOnly(string text, string redacted)
    {
        var redactor = new TextRedactor(DetectorCatalog.All.Select(detector => (detector, "<\"\\>")));

        Assert.Equal(redacted, redactor.Redact(text));
    }

    [Fact]
    public void AHitOverSeveralValuesIsReplacedInEach()
    {
        var key = LabelledText.Read("""["-----BEGIN‹› PRIVATE KEY-----","‹b64›",{"a":"‹b64›"},"-----END‹› PRIVATE KEY----- x",1]""").Text;

        Assert.Equal("""["[privateKey]","[privateKey]",{"[privateKey]":"[privateKey]"},"[privateKey] x",1]""", Finding.DefaultRedactor.Redact(key));
    }

    [Fact]
    public void AHitInsideAnEscapeTakesTheWholeEscape()
    {
        var redactor = Finding.Redactor([new StubDetector("half", (4, 3))]);

        Assert.Equal("""["[half]b"]""", redactor.Redact("""["\u0041b"]"""));
    }

    [Fact]
    public void WhatIsRedactedAlreadyIsLeftAlone()
    {
        var redacted = """{"password":"[secret]","a":"[email]"}""";
        using var output = new PooledBuffer();

        Assert.False(Finding.DefaultRedactor.TryRedact(Encoding.UTF8.GetBytes(redacted), output, new int[9]));
    }

    [Fact]
    public void NamesAndReplacementsAreDistinctAndNothingIsFoundInThem()
    {
        Assert.Equal(DetectorCatalog.All.Count, DetectorCatalog.All.Select(detector => detector.Name).Distinct().Count());
        Assert.Equal(DetectorCatalog.All.Count, DetectorCatalog.All.Select(detector => detector.DefaultReplacement).Distinct().Count());
        Assert.All(DetectorCatalog.All, detector => Assert.All(DetectorCatalog.All, other =>
            Assert.Empty(other.FindAll(Encoding.UTF8.GetBytes($"x {detector.DefaultReplacement} Bearer {detector.DefaultReplacement}")))));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("X-API-Key")]
    [InlineData("client secret")]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("ConnectionString")]
    public void SecretNamesAreKnownInEverySpelling(string name) => Assert.True(SecretNames.Contains(Encoding.UTF8.GetBytes(name)));

    [Theory]
    [InlineData("")]
    [InlineData("max_tokens")]
    [InlineData("key")]
    [InlineData("author")]
    [InlineData("päßwörd")]
    public void OtherNamesAreNot(string name) => Assert.False(SecretNames.Contains(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void DeeplyNestedJsonIsNoTrouble()
    {
        var text = string.Concat(Enumerable.Repeat("[", 100_000)) + "{\"token\":1}";

        Assert.EndsWith("{\"token\":\"[secret]\"}", Finding.DefaultRedactor.Redact(text), StringComparison.Ordinal);
    }

    private sealed class StubDetector(string name, params (int Start, int Length)[] hits) : Detector
    {
        public override string Name => name;

        public override Minimum Minimum { get; } = new(0);

        public override bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit)
        {
            var (start, length) = hits.FirstOrDefault(found => found.Start >= from);
            hit = new Hit(start, length);
            return length > 0;
        }
    }
}
