using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Redaction;

/// <summary>What a redaction policy file says, checked. Lists of keys hold globs; a rule's place in the order is in docs/redaction.md.</summary>
public sealed record RedactionPolicy
{
    /// <summary>Drop prompts, completions and other content by their well-known keys. Default: true.</summary>
    public bool ExcludeRequestData { get; init; } = true;

    /// <summary>Content keys that stay all the same, with everything below them. Default: none.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>The only attributes that stay; empty, the default, for all.</summary>
    public IReadOnlyList<string> AllowOnly { get; init; } = [];

    /// <summary>Attributes that go. Default: none.</summary>
    public IReadOnlyList<string> Drop { get; init; } = [];

    /// <summary>Attributes whose value becomes a pseudonym, the same for the same value. Default: none.</summary>
    public IReadOnlyList<string> Hash { get; init; } = [];

    /// <summary>Attributes whose value becomes three asterisks. Default: none.</summary>
    public IReadOnlyList<string> Mask { get; init; } = [];

    /// <summary>Attributes whose texts are cut, and after how many bytes. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Truncate { get; init; } = [];

    /// <summary>What is looked for in every text, by the detector's name, and what stands in its place. Default: the detectors that are on by default.</summary>
    public IReadOnlyDictionary<string, string> Detectors { get; init; } = DefaultDetectors;

    /// <summary>What else is looked for in every text. Default: none.</summary>
    public IReadOnlyList<RedactionPattern> Patterns { get; init; } = [];

    /// <summary>Tell on each span how much was changed of it, in the attribute <c>spanrelay.redactions</c>. Default: false.</summary>
    public bool Audit { get; init; }

    internal static IReadOnlyDictionary<string, string> DefaultDetectors { get; } = Redaction.Detectors.DetectorCatalog.All
        .Where(detector => detector.OnByDefault)
        .ToDictionary(detector => detector.Name, detector => detector.DefaultReplacement, StringComparer.Ordinal);
}
