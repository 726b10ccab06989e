using System.Text;
using SpanRelay.Otlp;
using SpanRelay.Redaction;

namespace SpanRelay.GenAi;

/// <summary>A mapping by the numbers of its keys.</summary>
/// <param name="longestText">How long a text may be that the policy lets through under its key.</param>
internal sealed class Addition(Mapping mapping, int longestText, Func<string, int> numberOf)
{
    public int Number { get; } = numberOf(mapping.Key);

    /// <summary>The key as a field of a KeyValue.</summary>
    public byte[] KeyField { get; } = [(TraceSchema.KeyValueKey << 3) | (int)WireType.LengthDelimited, (byte)mapping.Key.Length, .. Encoding.UTF8.GetBytes(mapping.Key)];

    public SpanRole Roles { get; } = mapping.Roles;

    public bool NeedsSuccess { get; } = mapping.NeedsSuccess;

    public int LongestText { get; } = longestText;

    public KeySet SourceKeys { get; } = KeySet.Of(mapping.Sources.Select(source => numberOf(source.Key)));

    public (int Number, Conversion Conversion)[] Sources { get; } = [.. mapping.Sources.Select(source => (numberOf(source.Key), source.Conversion))];
}
