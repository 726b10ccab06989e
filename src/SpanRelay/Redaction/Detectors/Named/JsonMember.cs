using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Named;

/// <summary>
/// The value of a member of a JSON object, also in JSON nested in a string, and in Python and JavaScript objects, which look
/// much like JSON. Nothing is parsed, so truncated JSON works too.
/// </summary>
internal static class JsonMember
{
    private const int Looked = 96;
    private const int DeepestLevel = 4;

    public static bool TryRead(ReadOnlySpan<byte> text, int end, in NameReader name, SecretName says, out Hit hit)
    {
        hit = default;
        var value = JsonValue.SkipWhiteSpace(text, end, name.JsonLevel);
        if (value == text.Length || name.JsonLevel > DeepestLevel)
            return false;

        if (JsonQuote.TryReadStartingAt(text, value, out var quote) && quote.Level == name.JsonLevel)
        {
            hit = Hit.Between(quote.End, JsonValue.EndOfString(text, quote.End, name.JsonLevel));
            return hit.Length > 0 && SecretValue.IsQuotedSecret(text.Slice(hit.Start, hit.Length), says) && !IsOfLogProbabilities(text, name, hit);
        }

        return StartsLiteral(text[value..])
            ? says == SecretName.Yes && TryReadWhole(text, value, name.JsonLevel, out hit)
            : Assignment.TryReadValue(text, end - 1, end, name, says, out hit);
    }

    private static bool StartsLiteral(ReadOnlySpan<byte> text) =>
        text[0] is (byte)'{' or (byte)'[' or (byte)'-' || AsciiByte.IsDigit(text[0])
        || text.StartsWith("true"u8) || text.StartsWith("false"u8) || text.StartsWith("null"u8);

    /// <summary>A value that is not a string. <c>null</c> and JSON schemas are not secrets.</summary>
    private static bool TryReadWhole(ReadOnlySpan<byte> text, int start, int level, out Hit hit)
    {
        hit = default;
        if (text[start..].StartsWith("null"u8) || IsSchema(text[start..], level))
            return false;

        var end = text[start] is (byte)'{' or (byte)'['
            ? JsonValue.EndOfContainer(text, start, level)
            : JsonValue.EndOfLiteral(text, start);
        hit = new Hit(start, end - start, NeedsQuotes: true);
        return hit.Length > 0;
    }

    private static bool IsSchema(ReadOnlySpan<byte> value, int level)
    {
        if (value[0] != '{')
            return false;

        var first = value[..Math.Min(value.Length, Looked)];
        var inside = first[Math.Min(first.Length, JsonValue.SkipWhiteSpace(first, 1, level))..].TrimStart((byte)'\\');
        return inside.StartsWith("\"type"u8) || inside.StartsWith("\"$ref"u8) || inside.StartsWith("\"description"u8);
    }

    /// <summary>Language models return each token of an answer with its probability; these tokens are not secrets.</summary>
    private static bool IsOfLogProbabilities(ReadOnlySpan<byte> text, in NameReader name, Hit value)
    {
        if (!name.Name.SequenceEqual("token"u8))
            return false;

        var behind = text[value.End..Math.Min(text.Length, value.End + Looked)];
        var before = text[Math.Max(0, name.Start - Looked)..name.Start];
        return IsProbability(behind[..EndOfObject(behind)]) || IsProbability(before[(before.LastIndexOf((byte)'{') + 1)..]);
    }

    private static int EndOfObject(ReadOnlySpan<byte> text) => text.IndexOf((byte)'}') is >= 0 and var end ? end : text.Length;

    private static bool IsProbability(ReadOnlySpan<byte> members) =>
        members.IndexOf("logprob"u8) >= 0 || members.IndexOf("log_prob"u8) >= 0 || members.IndexOf("probability"u8) >= 0 || members.IndexOf("\"bytes"u8) >= 0;
}
