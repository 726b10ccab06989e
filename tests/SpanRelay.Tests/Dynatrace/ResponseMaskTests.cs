using System.Text;
using System.Text.RegularExpressions;
using SpanRelay.Dynatrace;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Dynatrace;

/// <summary>What an answer brings back is masked before anyone sees it.</summary>
public sealed class ResponseMaskTests
{
    [Theory]
    [InlineData("the value 'alice@example.com' is not allowed", "alice@example.com")]
    [InlineData("Authorization: Bearer abcdef0123456789abcdef0123456789", "abcdef0123456789abcdef0123456789")]
    [InlineData("card 4111 1111 1111 1111 in attribute", "4111 1111 1111 1111")]
    [InlineData("api_key=Zx81kQ0pLm29vBn3Rt7Yw5 is invalid", "Zx81kQ0pLm29vBn3Rt7Yw5")]
    [InlineData("span has AKIAIOSFODNN7EXAMPLE in it", "AKIAIOSFODNN7EXAMPLE")]
    [InlineData("token " + Some.Token, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")]
    [InlineData("token dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.ABCDEF", "ABCDEFGHIJKLMNOPQRSTUVWX")] // Cut off.
    [InlineData("IBAN DE89370400440532013000", "DE89370400440532013000")]
    public void SecretsInAnAnswerAreMaskedInEveryForm(string said, string secret)
    {
        string[] bodies =
        [
            said,
            $$$"""{"error":{"code":400,"message":"{{{said}}}"}}""",
            $$"""{"errors":["{{said}}"]}""",
            $"<html><body><p>{said}</p></body></html>",
            $"\u0012{(char)Encoding.UTF8.GetByteCount(said)}{said}",
        ];

        Assert.All(bodies, body => Assert.DoesNotContain(secret, ResponseText.Of(Encoding.UTF8.GetBytes(body), ResponseMask.Default), StringComparison.Ordinal));
        Assert.DoesNotContain(secret, ResponseText.Quoted(said, ResponseMask.Default), StringComparison.Ordinal);
    }

    [Fact]
    public void PatternsOfThePolicyMaskToo()
    {
        var policy = new RedactionPolicy { Patterns = [new RedactionPattern("employee", new Regex("E-[0-9]{6}", RegexOptions.NonBacktracking), "(employee)")] };

        Assert.Equal("\"no (employee)\"", ResponseText.Quoted("no E-123456", new ResponseMask(policy)));
    }

    [Fact]
    public void APolicyWithoutDetectorsMasksCredentialsAllTheSame()
    {
        var policy = new RedactionPolicy { Detectors = new Dictionary<string, string>() };

        Assert.DoesNotContain("AKIAIOSFODNN7EXAMPLE", ResponseText.Quoted("AKIAIOSFODNN7EXAMPLE", new ResponseMask(policy)), StringComparison.Ordinal);
    }

    [Fact]
    public void HostileAnswersAreOneQuotedLine() => Assert.All(HostileTexts.All, text =>
    {
        var line = ResponseText.Of(Encoding.UTF8.GetBytes(text), ResponseMask.Default);
        Assert.True(OneLine.Is(line, 2 * ResponseText.MaxLength + 2), line);
        Assert.True(line is "" or "The response is not text." || (line.StartsWith('"') && line.EndsWith('"')), line);
    });
}
