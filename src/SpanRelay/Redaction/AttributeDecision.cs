namespace SpanRelay.Redaction;

/// <summary>What the rules say of one attribute key, or of a member's path.</summary>
internal sealed class AttributeDecision
{
    public required AttributeAction Action { get; init; }

    /// <summary>The rule that dropped, hashed or masked.</summary>
    public Rule Rule { get; init; }

    /// <summary>A keep rule names it: what is below it is not taken for content either.</summary>
    public bool IsKept { get; init; }

    /// <summary>Texts in the value are cut after so many bytes; 0 for not at all.</summary>
    public int TruncateTo { get; init; }

    /// <summary>What stands in the key's place, because something was found in it or it is no UTF-8; null to leave the key.</summary>
    public byte[]? RewrittenKey { get; init; }

    /// <summary>The hits in it by rule.</summary>
    public int[] KeyHits { get; init; } = [];
}
