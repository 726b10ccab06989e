using System.Text;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction;

public class RedactionPolicyReaderTests
{
    [Fact]
    public void NothingIsNeeded()
    {
        var policy = RedactionPolicyReader.Read("{}"u8.ToArray(), out var problems);

        Assert.Empty(problems);
        Assert.True(policy.ExcludeRequestData);
        Assert.Contains("email", policy.Detectors.Keys);
        Assert.DoesNotContain("ipv4", policy.Detectors.Keys);
    }

    [Fact]
    public void EverythingCanBeSaid()
    {
        const string Json = """
            {
              // Comments are allowed, and a comma behind the last.
              "$schema": "x", "excludeRequestData": false, "audit": true,
              "keep": ["a"], "allowOnly": ["b"], "drop": ["c"], "hash": ["d"], "mask": ["e"],
              "truncate": { "f*": 12 },
              "detectors": { "email": false, "ipv4": true, "iban": "<iban>" },
              "patterns": [{ "name": "t-1", "pattern": "T[0-9]+", "replacement": "" },],
            }
            """;

        var policy = RedactionPolicyReader.Read(Encoding.UTF8.GetBytes(Json), out var problems);

        Assert.Empty(problems);
        Assert.Equal((false, true), (policy.ExcludeRequestData, policy.Audit));
        Assert.Equal(["a", "b", "c", "d", "e"], [.. policy.Keep, .. policy.AllowOnly, .. policy.Drop, .. policy.Hash, .. policy.Mask]);
        Assert.Equal([KeyValuePair.Create("f*", 12)], policy.Truncate);
        Assert.Equal((false, "[ipv4]", "<iban>"), (policy.Detectors.ContainsKey("email"), policy.Detectors["ipv4"], policy.Detectors["iban"]));
        Assert.Equal("t-1", Assert.Single(policy.Patterns).Name);
    }

    [Theory]
    [InlineData("[]", "$ must be an object.")]
    [InlineData("{\n\"drop\": [}", "line 2 is not valid JSON.")]
    [InlineData("""{"drop": "a"}""", "$.drop takes a list of attribute keys.")]
    [InlineData("""{"drop": ["a", 7, ""]}""", "$.drop[1] takes an attribute key.", "$.drop[2] takes an attribute key.")]
    [InlineData("""{"drops": ["a"]}""", "$.drops is unknown. A policy has: excludeRequestData, excludeErrorText, keep, allowOnly, drop, hash, mask, truncate, detectors, patterns, audit.")]
    [InlineData("""{"drop": ["a"], "drop": ["b"]}""", "$.drop appears more than once.")]
    [InlineData("""{"allowOnly": []}""", "$.allowOnly is empty, which would drop every attribute. Leave it out to allow all.")]
    [InlineData("""{"excludeRequestData": "false"}""", "$.excludeRequestData takes true or false.")]
    [InlineData("""{"truncate": []}""", "$.truncate takes an object of attribute keys and numbers of bytes.")]
    [InlineData("""{"truncate": {"a": 0, "b": 1.5}}""", "$.truncate['a'] takes a number of bytes from 1 to 1000000.", "$.truncate['b'] takes a number of bytes from 1 to 1000000.")]
    [InlineData("""{"detectors": {"email": 1}}""", "$.detectors.email takes true, false or a replacement: a text without quotes, backslashes and control characters.")]
    [InlineData("""{"detectors": {"email": "a\"b"}}""", "$.detectors.email takes true, false or a replacement: a text without quotes, backslashes and control characters.")]
    [InlineData("""{"patterns": {}}""", "$.patterns takes a list of objects with name, pattern and replacement.")]
    [InlineData("""{"patterns": [{"name": "a b", "pattern": "x", "replacement": ""}]}""", "$.patterns[0] takes exactly name (letters, digits, - and _), pattern and replacement (a text without quotes, backslashes and control characters).")]
    [InlineData("""{"patterns": [{"name": "a", "pattern": "x*", "replacement": ""}]}""", "$.patterns[0].pattern matches the empty text, and so everywhere.")]
    public void EveryMistakeIsNamedByItsPlace(string json, params string[] expected)
    {
        RedactionPolicyReader.Read(Encoding.UTF8.GetBytes(json), out var problems);

        Assert.Equal(expected, problems);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("(a)\\\\1")]
    [InlineData("(?=a)b")]
    public void APatternThatCouldBeSlowOrIsNoneIsRefused(string pattern)
    {
        RedactionPolicyReader.Read(Encoding.UTF8.GetBytes($$"""{"patterns": [{"name": "a", "pattern": "{{pattern}}", "replacement": ""}]}"""), out var problems);

        Assert.StartsWith("$.patterns[0].pattern is not a regular expression that runs without backtracking: ", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnknownDetectorIsAnsweredWithThoseThereAre()
    {
        RedactionPolicyReader.Read("""{"detectors": {"e-mail": true}}"""u8.ToArray(), out var problems);

        Assert.StartsWith("$.detectors.e-mail is unknown. Detectors are: ", Assert.Single(problems), StringComparison.Ordinal);
    }
}
