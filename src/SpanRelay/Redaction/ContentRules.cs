using System.Buffers;

namespace SpanRelay.Redaction;

/// <summary>Decides by its key whether an attribute or map member holds content.</summary>
internal sealed class ContentRules
{
    private const int LongestIdentifier = 128;

    private static readonly KeyPatterns Metadata = new(ContentKeys.Metadata);
    private static readonly KeyPatterns MetadataBelowContent = new(ContentKeys.MetadataBelowContent);
    private static readonly KeyPatterns Content = new(ContentKeys.Families(ContentKeys.Attributes));
    private static readonly KeyPatterns Namespaces = new(ContentKeys.Namespaces.Select(name => name + ".*"));
    private static readonly KeyPatterns ErrorTexts = new(ContentKeys.ErrorTexts);
    private static readonly KeyPatterns Statements = new(ContentKeys.Statements);

    private static readonly SearchValues<byte> IdentifierBytes =
        SearchValues.Create("!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private readonly bool _excludesErrorTexts;

    public ContentRules(bool excludesErrorTexts) => _excludesErrorTexts = excludesErrorTexts;

    /// <param name="key">An attribute's key, or a member's path or own key.</param>
    /// <param name="unlessIdentifier">The attribute stays while <see cref="IsIdentifier"/> holds for its value.</param>
    /// <returns>The rule that drops it, or null.</returns>
    public Rule? Find(ReadOnlySpan<byte> key, out bool unlessIdentifier)
    {
        unlessIdentifier = false;
        if (Metadata.Match(key))
            return null;
        if (_excludesErrorTexts && ErrorTexts.Match(key))
            return Rule.Content;
        if (Content.Match(key))
        {
            unlessIdentifier = MetadataBelowContent.Match(key);
            return Rule.Content;
        }

        unlessIdentifier = Namespaces.Match(key);
        return unlessIdentifier ? Rule.ContentUnknown : null;
    }

    /// <summary>Whether the value is a database statement, whose literals are replaced.</summary>
    public static bool IsStatement(ReadOnlySpan<byte> key) => Statements.Match(key);

    /// <summary>Printable ASCII without white space and quotation marks, short, and not JSON: what names, models and ids look like.</summary>
    public static bool IsIdentifier(ReadOnlySpan<byte> text) =>
        text.Length <= LongestIdentifier
        && !text.ContainsAnyExcept(IdentifierBytes)
        && (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'['));
}
