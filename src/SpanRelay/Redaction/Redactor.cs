using SpanRelay.Buffers;
using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>
/// Rewrites an encoded trace export without what must not leave, and with the configured resource attributes. Works on the
/// wire, without building objects, and writes canonical protobuf. Safe for concurrent use.
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

    /// <summary>What changes are counted by: the rules' names, the detectors' and the patterns'.</summary>
    public IReadOnlyList<string> Rules => _rules.Names;

    /// <summary>Removes nothing and adds nothing: what comes out is the same message in canonical bytes.</summary>
    internal static Redactor ThatKeepsEverything { get; } = new(RedactionRules.None, ResourceAttributes.None);

    /// <summary>Appends the redacted request to <paramref name="output"/>, or nothing at all when it cannot be walked to its end.</summary>
    /// <param name="hits">One count for each of <see cref="Rules"/>, to be added to. Of no meaning when there is a problem.</param>
    /// <param name="listener">Told of every change; null to tell nobody.</param>
    public RedactionResult Redact(ReadOnlySpan<byte> request, PooledBuffer output, Span<int> hits, RedactionListener? listener = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hits.Length, Rules.Count);
        var start = output.Length;
        using var path = new PooledBuffer();
        using var text = new PooledBuffer();
        Span<int> scratch = stackalloc int[2 * hits.Length];
        var walk = new RedactionWalk(_rules, _resourceAttributes, output, path, text, hits, scratch, listener);
        var result = walk.Run(request);
        if (result.Problem != PayloadProblem.None)
            output.Truncate(start);
        return result;
    }
}
