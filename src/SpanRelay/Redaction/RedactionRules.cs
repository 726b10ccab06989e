using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using SpanRelay.Buffers;
using SpanRelay.Redaction.Detectors.Named;

namespace SpanRelay.Redaction;

/// <summary>
/// A compiled policy. Senders reuse few keys, so decisions are cached in fixed-size tables; a sender that invents keys pays
/// for pattern matching each time. Safe for concurrent use.
/// </summary>
internal sealed class RedactionRules
{
    public static readonly byte[] MaskedValue = "***"u8.ToArray();

    private const int KeptBytes = 16; // bytes of the hash that a pseudonym keeps

    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    private static readonly string[] RuleNames = [.. Enum.GetValues<Rule>().Select(NameOf)];

    private static ReadOnlySpan<byte> PseudonymStart => "hmac:"u8;

    private readonly ContentRules? _content;
    private readonly KeyPatterns _contentEvents;
    private readonly KeyPatterns _keep;
    private readonly KeyPatterns _allowOnly;
    private readonly KeyPatterns _drop;
    private readonly KeyPatterns _hash;
    private readonly KeyPatterns _mask;
    private readonly IReadOnlyList<(KeyPattern Pattern, int Bytes)> _truncate;
    private readonly bool _keepsCredentials;
    private readonly byte[] _hashKey;
    private readonly TextRules _texts;
    private readonly DecisionTable _decisions = new();
    private readonly DecisionTable _eventDecisions = new();

    public RedactionRules(RedactionOptions options, SpanAdditions? additions = null)
        : this(options.Policy, options.HashKey ?? default, keepsCredentials: false) => Additions = additions;

    private RedactionRules(RedactionPolicy policy, ReadOnlyMemory<byte> hashKey, bool keepsCredentials)
    {
        if (policy.Hash.Count > 0 && hashKey.IsEmpty)
            throw new ArgumentException("Hash rules need a key.", nameof(hashKey));

        _content = policy.ExcludeRequestData ? new ContentRules(policy.ExcludeErrorText) : null;
        _contentEvents = new KeyPatterns(policy.ExcludeRequestData ? ContentKeys.Events : []);
        _keep = new KeyPatterns(policy.Keep);
        _allowOnly = new KeyPatterns(policy.AllowOnly);
        _drop = new KeyPatterns(policy.Drop);
        _hash = new KeyPatterns(policy.Hash);
        _mask = new KeyPatterns(policy.Mask);
        _truncate = [.. policy.Truncate.Select(each => (new KeyPattern(each.Key), each.Value))];
        _keepsCredentials = keepsCredentials;
        _hashKey = hashKey.ToArray();
        _texts = new TextRules(policy);
        UnknownKeys = new UnknownKeys(_texts);
        Audit = policy.Audit;
        Names = [.. RuleNames, .. _texts.Names];
    }

    /// <summary>Changes nothing. Used by the walk for canonical copies, and to test the walk alone.</summary>
    public static RedactionRules None { get; } = new(
        new RedactionPolicy { ExcludeRequestData = false, Detectors = new Dictionary<string, string>() }, default, keepsCredentials: true);

    /// <summary>Rule names, in the order of the hit counts.</summary>
    public IReadOnlyList<string> Names { get; }

    public bool Audit { get; }

    /// <summary>Adds attributes to redacted spans; null for none.</summary>
    public SpanAdditions? Additions { get; }

    /// <summary>What was dropped as unknown content.</summary>
    public UnknownKeys UnknownKeys { get; }

    /// <summary>Null when content is not excluded.</summary>
    public ContentRules? Content => _content;

    /// <param name="path">The attribute's key; for a map member, the keys from the attribute down, with list positions, joined by dots.</param>
    /// <param name="keyLength">Length of the member's own key at the end of the path; for an attribute, the whole path.</param>
    /// <param name="isBelowKept">A keep rule names something above it.</param>
    public AttributeDecision Decide(ReadOnlySpan<byte> path, int keyLength, bool isBelowKept)
    {
        var decision = _decisions.Find(path, keyLength, isBelowKept);
        return decision ?? _decisions.Remember(path, keyLength, isBelowKept, DecideAnew(path, keyLength, isBelowKept));
    }

    /// <summary>Whether the event records a chat message. All its attributes then count as content, whatever their keys.</summary>
    public bool IsContentEvent(ReadOnlySpan<byte> name)
    {
        if (_contentEvents.IsEmpty)
            return false;

        var decision = _eventDecisions.Find(name, name.Length, isBelowKept: false) ?? _eventDecisions.Remember(
            name,
            name.Length,
            isBelowKept: false,
            new AttributeDecision { Rule = _contentEvents.Match(name) ? Rule.Content : null });
        return decision.IsDropped;
    }

    /// <returns>The maximum length of a text that the relay adds under this key; 0 if the policy drops the key or replaces its values.</returns>
    public int LongestAddition(ReadOnlySpan<byte> key) => Decide(key, key.Length, isBelowKept: false) switch
    {
        { Rule: not null } or { RewrittenKey: not null } => 0,
        { TruncateTo: > 0 and var longest } => longest,
        _ => int.MaxValue,
    };

    /// <inheritdoc cref="TextRules.TryRedact"/>
    public bool TryRedact(ReadOnlySpan<byte> text, PooledBuffer output, Span<int> hits) =>
        _texts.TryRedact(text, output, hits[RuleNames.Length..]);

    /// <summary>Writes a keyed hash: the same value gives the same pseudonym, and it cannot be reversed without the key.</summary>
    public void WritePseudonym(ReadOnlySpan<byte> value, PooledBuffer output)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_hashKey, value, digest);
        output.Append(PseudonymStart);
        Convert.TryToHexStringLower(digest[..KeptBytes], output.GetSpan(2 * KeptBytes), out var written);
        output.Advance(written);
    }

    /// <summary>Whether the text is already what the rule would write: an export that was redacted before is not changed again.</summary>
    public static bool IsReplacement(Rule rule, ReadOnlySpan<byte> text) => rule == Rule.Mask
        ? text.SequenceEqual(MaskedValue)
        : text.Length == PseudonymStart.Length + (2 * KeptBytes) && text.StartsWith(PseudonymStart) && !text[PseudonymStart.Length..].ContainsAnyExcept(LowerHex);

    // The order of docs/redaction.md.
    private AttributeDecision DecideAnew(ReadOnlySpan<byte> path, int keyLength, bool isBelowKept)
    {
        var key = path[^keyLength..];
        var isMember = keyLength < path.Length;
        var isKept = isBelowKept || _keep.Match(path);
        var says = _keepsCredentials ? SecretName.No : SecretNames.Judge(key[(key.LastIndexOf((byte)'.') + 1)..]);
        if (says == SecretName.Yes)
            return Dropped(Rule.CredentialKeys, isKept, says);
        var content = isKept || _content is null ? ContentVerdict.Metadata : isMember ? _content.Find(path).Stricter(_content.Find(key)) : _content.Find(path);
        if (content is { Rule: { } rule, Kept: KeptValues.None })
            return Dropped(rule, isKept, says);
        if (!isMember && !_allowOnly.IsEmpty && !_allowOnly.Match(path))
            return Dropped(Rule.AllowOnly, isKept, says);
        if (_drop.Match(path))
            return Dropped(Rule.Drop, isKept, says);

        using var redactedKey = new PooledBuffer();
        var keyHits = new int[Names.Count];
        var repairedKey = Utf8.IsValid(key) ? null : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(key));
        var isRedacted = TryRedact(repairedKey ?? key, redactedKey, keyHits);
        return new AttributeDecision
        {
            Rule = _hash.Match(path) ? Rule.Hash : _mask.Match(path) ? Rule.Mask : null,
            NameSays = says,
            Content = content,
            IsStatement = _content is not null && !isKept && (ContentRules.IsStatement(path) || ContentRules.IsStatement(key)),
            IsKept = isKept,
            TruncateTo = TruncateTo(path),
            RewrittenKey = isRedacted ? redactedKey.WrittenSpan.ToArray() : repairedKey,
            KeyHits = isRedacted ? keyHits : [],
            Number = isRedacted || repairedKey is not null ? 0 : Additions?.NumberOf(path) ?? 0,
        };
    }

    /// <summary>The rule's name in reports and docs/redaction.md.</summary>
    private static string NameOf(Rule rule) => rule switch
    {
        Rule.ContentUnknown => "content-unknown",
        _ => char.ToLowerInvariant(rule.ToString()[0]) + rule.ToString()[1..],
    };

    private static AttributeDecision Dropped(Rule rule, bool isKept, SecretName says) => new() { Rule = rule, IsKept = isKept, NameSays = says };

    private int TruncateTo(ReadOnlySpan<byte> path)
    {
        foreach (var (pattern, bytes) in _truncate)
        {
            if (pattern.Matches(path))
                return bytes;
        }

        return 0;
    }
}
