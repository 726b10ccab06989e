namespace SpanRelay.Redaction;

/// <summary>Decides by its key whether an attribute or map member holds content.</summary>
internal sealed class ContentRules
{
    private static readonly KeyPatterns Metadata = new(ContentKeys.Metadata);
    private static readonly KeyPatterns MetadataBelowContent = new(ContentKeys.MetadataBelowContent);
    private static readonly KeyPatterns Content = new(ContentKeys.Families(ContentKeys.Attributes));
    private static readonly KeyPatterns Namespaces = new(ContentKeys.Namespaces);
    private static readonly KeyPatterns ProductNamespaces = new(ContentKeys.ProductNamespaces);
    private static readonly KeyPatterns ErrorTexts = new(ContentKeys.ErrorTexts);
    private static readonly KeyPatterns Statements = new(ContentKeys.Statements);

    // The member names in JSON are few and recur, like attribute keys.
    private readonly DecisionTable _names = new();

    public ContentRules(bool excludesErrorTexts) => ExcludesErrorTexts = excludesErrorTexts;

    /// <summary>Messages and stack traces of errors are content: providers echo prompts in them.</summary>
    public bool ExcludesErrorTexts { get; }

    /// <param name="key">An attribute's key, or a member's path or own key.</param>
    public ContentVerdict Find(ReadOnlySpan<byte> key)
    {
        if (Metadata.Match(key))
            return ContentVerdict.Metadata;
        if (ExcludesErrorTexts && ErrorTexts.Match(key))
            return new(Rule.Content, KeptValues.None);
        return Content.Match(key)
            ? new(Rule.Content, MetadataBelowContent.Match(key) ? KeptValues.Identifiers : KeptValues.None)
            : ContentWords.Judge(key, Namespaces.Match(key));
    }

    /// <param name="name">The name of a JSON member, whatever the attribute's key.</param>
    public ContentVerdict FindName(ReadOnlySpan<byte> name) =>
        (_names.Find(name, name.Length, isBelowKept: false) ?? _names.Remember(name, name.Length, isBelowKept: false, new AttributeDecision { Content = Find(name) })).Content;

    /// <param name="path">The path of a JSON member, whatever the attribute's key; here, <c>tool.weight</c> need not come from an instrumentation.</param>
    public ContentVerdict FindPath(ReadOnlySpan<byte> path)
    {
        var verdict = FindName(path);
        return verdict.Rule != Rule.ContentUnknown || ProductNamespaces.Match(path) ? verdict : ContentVerdict.Metadata;
    }

    /// <summary>Whether the value is a database statement, whose literals are replaced.</summary>
    public static bool IsStatement(ReadOnlySpan<byte> key) => Statements.Match(key);
}
