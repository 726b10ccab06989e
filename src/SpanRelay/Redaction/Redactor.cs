using SpanRelay.Otlp;

namespace SpanRelay.Redaction;

/// <summary>
/// Rewrites an encoded trace export without what must not leave, and with the configured resource attributes. Works on the
/// wire, without building objects, and writes canonical protobuf. Safe for concurrent use.
/// </summary>
public sealed class Redactor
{
    private readonly KeyRules _attributes;
    private readonly KeyRules _contentEvents;
    private readonly ResourceAttributes _resourceAttributes;

    public Redactor(RedactionOptions options, ResourceAttributes resourceAttributes)
        : this(
            options.ExcludeRequestData ? [.. SensitiveKeys.Credentials, .. SensitiveKeys.Content] : SensitiveKeys.Credentials,
            options.ExcludeRequestData ? SensitiveKeys.ContentEvents : [],
            resourceAttributes)
    {
    }

    private Redactor(IEnumerable<string> droppedKeys, IEnumerable<string> contentEvents, ResourceAttributes resourceAttributes)
    {
        _attributes = new KeyRules(droppedKeys);
        _contentEvents = new KeyRules(contentEvents);
        _resourceAttributes = resourceAttributes;
    }

    /// <summary>Removes nothing and adds nothing: what comes out is the same message in canonical bytes.</summary>
    internal static Redactor ThatKeepsEverything { get; } = new([], [], ResourceAttributes.None);

    /// <summary>Appends the redacted request to <paramref name="output"/>, or nothing at all when it cannot be walked to its end.</summary>
    public RedactionResult Redact(ReadOnlySpan<byte> request, PooledBuffer output)
    {
        var start = output.Length;
        var walk = new RedactionWalk(_attributes, _contentEvents, _resourceAttributes, output);
        var result = walk.Run(request);
        if (result.Problem != PayloadProblem.None)
            output.Truncate(start);
        return result;
    }
}
