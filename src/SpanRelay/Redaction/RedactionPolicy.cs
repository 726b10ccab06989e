using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Redaction;

/// <summary>A validated redaction policy. Key lists hold globs; docs/redaction.md gives the order of the rules.</summary>
internal sealed record RedactionPolicy
{
    /// <summary>Drop prompts, completions and other content by their well-known keys. Default: true.</summary>
    public bool ExcludeRequestData { get; init; } = true;

    /// <summary>
    /// Drop error messages and stack traces, in which providers echo prompts, as far as <see cref="ExcludeRequestData"/> is
    /// on. Exception types stay. Default: true.
    /// </summary>
    public bool ExcludeErrorText { get; init; } = true;

    /// <summary>Content keys to keep, with everything below them. Default: none.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>Allow list of attributes; empty, the default, allows all.</summary>
    public IReadOnlyList<string> AllowOnly { get; init; } = [];

    /// <summary>Attributes to drop. Default: none.</summary>
    public IReadOnlyList<string> Drop { get; init; } = [];

    /// <summary>Attributes whose value becomes a pseudonym, the same for the same value. Default: none.</summary>
    public IReadOnlyList<string> Hash { get; init; } = [];

    /// <summary>Attributes whose value becomes <c>***</c>. Default: none.</summary>
    public IReadOnlyList<string> Mask { get; init; } = [];

    /// <summary>Attributes whose strings are cut, with the limit in bytes. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Truncate { get; init; } = [];

    /// <summary>Enabled detectors by name, with their replacements. Default: the detectors that are on by default.</summary>
    public IReadOnlyDictionary<string, string> Detectors { get; init; } = DefaultDetectors;

    /// <summary>User-defined patterns to search for in every string. Default: none.</summary>
    public IReadOnlyList<RedactionPattern> Patterns { get; init; } = [];

    /// <summary>Record the number of changes on each span, in the attribute <c>spanrelay.redactions</c>. Default: false.</summary>
    public bool Audit { get; init; }

    internal static IReadOnlyDictionary<string, string> DefaultDetectors { get; } = DetectorCatalog.All
        .Where(detector => detector.OnByDefault)
        .ToDictionary(detector => detector.Name, detector => detector.DefaultReplacement, StringComparer.Ordinal);
}
