using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>Finds one kind of secret or personal data in UTF-8 text. Stateless, so safe for concurrent use.</summary>
internal abstract class Detector
{
    /// <summary>As users write it in the policy.</summary>
    public abstract string Name { get; }

    /// <summary>What stands in the place of a hit unless the policy says otherwise. No detector finds anything in it.</summary>
    public virtual string DefaultReplacement => $"[{Name}]";

    public virtual bool OnByDefault => true;

    /// <summary>What a text must have for anything to be found in it. The more this says, the less often short texts are searched in vain.</summary>
    public abstract Minimum Minimum { get; }

    /// <summary>
    /// The first hit that starts at or after <paramref name="from"/>; what stands left of it is still looked at, to tell
    /// whether a word starts there. Never throws, whatever the bytes, invalid UTF-8 included. Takes time linear in the
    /// bytes up to the hit's end, so that finding all hits takes time linear in the text.
    /// </summary>
    public abstract bool TryFind(ReadOnlySpan<byte> text, int from, out Hit hit);
}
