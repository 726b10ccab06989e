using SpanRelay.Redaction.Detectors.Named;

namespace SpanRelay.Redaction;

/// <summary>What the policy decides about one attribute key, or about a map member's path.</summary>
internal sealed class AttributeDecision
{
    /// <summary>The rule that hashes, masks or drops the attribute; null to keep it.</summary>
    public Rule? Rule { get; init; }

    public bool IsDropped => Rule is not (null or Redaction.Rule.Hash or Redaction.Rule.Mask);

    /// <summary>What the key says about the value: a credential, if the value looks like one.</summary>
    public SecretName NameSays { get; init; }

    /// <summary>The content rule that drops the attribute unless it spares the value; <see cref="Rule"/> holds one that spares none.</summary>
    public ContentVerdict Content { get; init; }

    /// <summary>The value is a database statement, whose literals are replaced.</summary>
    public bool IsStatement { get; init; }

    /// <summary>A keep rule names it, so nothing below it counts as content either.</summary>
    public bool IsKept { get; init; }

    /// <summary>Cut strings in the value to this many bytes; 0 for no limit.</summary>
    public int TruncateTo { get; init; }

    /// <summary>Replaces the key, because a detector matched in it or it is not valid UTF-8; null to leave the key unchanged.</summary>
    public byte[]? RewrittenKey { get; init; }

    /// <summary>The key's number for <see cref="SpanAdditions"/>; 0 for none.</summary>
    public int Number { get; init; }

    /// <summary>Hits in the key by rule.</summary>
    public int[] KeyHits { get; init; } = [];
}
