using SpanRelay.Buffers;
using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>
/// Redacts an encoded trace export and adds the configured resource attributes. Works on the encoded bytes without building
/// objects, and writes canonical protobuf. Safe for concurrent use.
/// </summary>
public sealed class Redactor
{
    private readonly RedactionRules _rules;
    private readonly ResourceAttributes _resourceAttributes;

    public Redactor(RedactionOptions options, ResourceAttributes resourceAttributes)
        : this(new RedactionRules(options), resourceAttributes)
    {
    }

    private Redactor(RedactionRules rules, ResourceAttributes resourceAttributes)
    {
        _rules = rules;
        _resourceAttributes = resourceAttributes;
    }

    /// <summary>Names that changes are counted under: rules, detectors and patterns.</summary>
    public IReadOnlyList<string> Rules => _rules.Names;

    /// <summary>Keys dropped as unknown content, each at most once an hour.</summary>
    internal UnknownKeys UnknownKeys => _rules.UnknownKeys;

    /// <summary>Keeps everything: the output is the same message in canonical encoding.</summary>
    internal static Redactor ThatKeepsEverything { get; } = new(RedactionRules.None, ResourceAttributes.None);

    /// <summary>Appends the redacted request to <paramref name="output"/>, or nothing when the request is malformed.</summary>
    /// <param name="hits">Incremented, one counter for each of <see cref="Rules"/>. Undefined when there is a problem.</param>
    /// <param name="listener">Receives every change; null for none.</param>
    public RedactionResult Redact(ReadOnlySpan<byte> request, PooledBuffer output, Span<int> hits, RedactionListener? listener = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hits.Length, Rules.Count);
        var start = output.Length;
        using var path = new PooledBuffer();
        using var text = new PooledBuffer();
        Span<int> scratch = stackalloc int[2 * hits.Length];
        var walk = new RedactionWalk(_rules, _resourceAttributes, new WalkBuffers(output, path, text), hits, scratch, listener);
        var result = walk.Run(request);
        if (result.Problem != PayloadProblem.None)
            output.Truncate(start);
        return result;
    }
}
