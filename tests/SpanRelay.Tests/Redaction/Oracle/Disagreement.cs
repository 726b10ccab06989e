using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Compares what the walk made of a request with what the oracle expects, in message and in counts.</summary>
internal static class Disagreement
{
    /// <param name="oracle">As the expected message left it: with its counts.</param>
    public static void IsNone(Redactor redactor, ObjectModelRedactor oracle, ExportTraceServiceRequest expected, byte[] encoded, Func<string> given)
    {
        using var output = new PooledBuffer();
        var hits = new int[redactor.Rules.Count];
        var result = redactor.Redact(encoded, output, hits);

        if (result.Problem != PayloadProblem.None)
            Assert.Fail($"Refused: {result.Problem}\n{given()}");
        IsNone(expected, output.WrittenSpan, given);
        for (var i = 0; i < hits.Length; i++)
        {
            if (hits[i] != oracle.Counts.GetValueOrDefault(redactor.Rules[i]))
                Assert.Fail($"{redactor.Rules[i]}: {hits[i]}, expected {oracle.Counts.GetValueOrDefault(redactor.Rules[i])}\n{given()}");
        }
    }

    public static void IsNone(ExportTraceServiceRequest expected, ReadOnlySpan<byte> output, Func<string> given)
    {
        // Only unknown fields can make equal messages different bytes.
        if (output.SequenceEqual(expected.ToByteArray()))
            return;

        var actual = ExportTraceServiceRequest.Parser.ParseFrom(output);
        if (actual.Equals(expected))
            return;

        var (expectedText, actualText) = (expected.ToString(), actual.ToString());
        var same = expectedText.AsSpan().CommonPrefixLength(actualText);
        Assert.Fail($"{given()}\nexpected {Around(expectedText, same)}\nactual   {Around(actualText, same)}");
    }

    /// <summary>
    /// As for <see cref="IsNone(ExportTraceServiceRequest, ReadOnlySpan{byte}, Func{string})"/>, but pseudonyms may differ: of values with
    /// unknown numbers they hold the order of these, which objects do not know.
    /// </summary>
    public static void IsNoneButInPseudonyms(ExportTraceServiceRequest expected, ReadOnlySpan<byte> output, Func<string> given)
    {
        if (!output.SequenceEqual(expected.ToByteArray()))
            IsNone(WithoutPseudonyms(expected), WithoutPseudonyms(ExportTraceServiceRequest.Parser.ParseFrom(output)).ToByteArray(), given);
    }

    private static ExportTraceServiceRequest WithoutPseudonyms(ExportTraceServiceRequest request)
    {
        foreach (var value in EveryValue.Of(request).Where(value => value.StringValue.StartsWith("hmac:", StringComparison.Ordinal)))
            value.StringValue = "hmac:";
        return request;
    }

    private static string Around(string text, int at) => text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 200)];
}
