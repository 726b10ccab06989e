using System.Text;
using System.Text.RegularExpressions;
using SpanRelay.Buffers;
using SpanRelay.Redaction;

namespace SpanRelay.Dynatrace;

/// <summary>
/// Masks what a server's answer brings back of the spans or of the token, before the answer is logged, recorded or shown. It has
/// the detectors and patterns that spans are redacted with, and always the detectors that are on by default.
/// </summary>
internal sealed partial class ResponseMask
{
    // An answer's message is cut to much less afterwards.
    private const int MaxLength = 64 * 1024;

    private readonly TextRules _rules;

    public ResponseMask(RedactionPolicy policy) =>
        _rules = new TextRules(policy with { Detectors = policy.Detectors.Concat(RedactionPolicy.DefaultDetectors).DistinctBy(each => each.Key).ToDictionary() });

    public static ResponseMask Default { get; } = new(new RedactionPolicy());

    public string Apply(string text)
    {
        text = Token.Replace(text.Length <= MaxLength ? text : text[..MaxLength], "(a token)");
        using var output = new PooledBuffer();
        return _rules.TryRedact(Encoding.UTF8.GetBytes(text), output, stackalloc int[_rules.Names.Count]) ? Encoding.UTF8.GetString(output.WrittenSpan) : text;
    }

    /// <summary>In any length: an answer may hold the start of one only.</summary>
    [GeneratedRegex(@"dt0[a-zA-Z][0-9]{2}\.[A-Za-z0-9._-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Token { get; }
}
