using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>Finds one kind of secret or personal data in UTF-8 text. Stateless, so safe for concurrent use.</summary>
internal abstract class Detector
{
    /// <summary>The name in the policy file.</summary>
    public abstract string Name { get; }

    /// <summary>Replaces a hit unless the policy gives another text. No detector matches it.</summary>
    public virtual string DefaultReplacement => $"[{Name}]";

    public virtual bool OnByDefault => true;

    /// <summary>What every text with a hit contains. The more specific, the fewer short texts are searched in vain.</summary>
    public abstract Minimum Minimum { get; }

    /// <summary>
    /// The first hit that starts at or after <paramref name="from"/>; the bytes before it only show whether a word starts
    /// there. Never throws, whatever the bytes, invalid UTF-8 included. Takes time linear in the bytes up to the hit's end, so
    /// that finding all hits takes time linear in the text.
    /// </summary>
    public abstract bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit);
}
