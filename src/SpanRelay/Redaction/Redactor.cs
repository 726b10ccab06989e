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
    private readonly TimeProvider _time;

    public Redactor(RedactionOptions options, ResourceAttributes resourceAttributes, TimeProvider? time = null)
        : this(new RedactionRules(options), resourceAttributes, time ?? TimeProvider.System)
    {
    }

    internal Redactor(RedactionRules rules, ResourceAttributes resourceAttributes, TimeProvider time)
    {
        _rules = rules;
        _resourceAttributes = resourceAttributes;
        _time = time;
    }

    /// <summary>Names that changes are counted under: rules, detectors and patterns.</summary>
    public IReadOnlyList<string> Rules => _rules.Names;

    /// <summary>Keys dropped as unknown content, each at most once an hour.</summary>
    internal UnknownKeys UnknownKeys => _rules.UnknownKeys;

    /// <summary>Keeps everything: the output is the same message in canonical encoding.</summary>
    internal static Redactor ThatKeepsEverything { get; } = new(RedactionRules.None, ResourceAttributes.None, TimeProvider.System);

    /// <summary>Appends the redacted request to <paramref name="output"/>, or nothing when the request is malformed.</summary>
    /// <param name="hits">Incremented, one counter for each of <see cref="Rules"/>. Undefined when there is a problem.</param>
    /// <param name="listener">Receives every change; null for none.</param>
    public RedactionResult Redact(ReadOnlySpan<byte> request, PooledBuffer output, Span<int> hits, RedactionListener? listener = null) =>
        Redact(request, output, hits, listener, null);

    /// <param name="resources">Receives the bytes of each resource with its spans; null for none.</param>
    internal RedactionResult Redact(ReadOnlySpan<byte> request, PooledBuffer output, Span<int> hits, RedactionListener? listener, List<ResourceBytes>? resources)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hits.Length, Rules.Count);
        var start = output.Length;
        using var path = new PooledBuffer();
        using var text = new PooledBuffer();
        using var repaired = new PooledBuffer();
        Span<int> scratch = stackalloc int[2 * hits.Length];
        var begin = _time.GetTimestamp();
        Span<AttributePlace> places = stackalloc AttributePlace[_rules.Additions is null ? 0 : SpanAdditions.MostKeys];
        var walk = new RedactionWalk(_rules, _resourceAttributes, new WalkBuffers(output, path, text, repaired), hits, scratch, listener)
        {
            Places = places,
            Resources = resources,
            TimeLeft = () => PayloadDecoder.LongestRedaction - _time.GetElapsedTime(begin),
        };
        var result = walk.Run(request);
        if (result.Problem != PayloadProblem.None)
            output.Truncate(start);
        return result;
    }
}
