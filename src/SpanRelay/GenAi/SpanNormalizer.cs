using System.Collections.Frozen;
using System.Numerics;
using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Redaction;

namespace SpanRelay.GenAi;

/// <summary>
/// Writes the attributes that Dynatrace's AI Observability needs and a generative-AI span lacks: <see cref="Mappings"/>. Reads the
/// redacted span, so what is taken over has passed all rules; a key that the policy drops or replaces is not written.
/// </summary>
internal sealed class SpanNormalizer : SpanAdditions
{
    private static readonly string[] Keys =
    [
        .. Mappings.All.Select(mapping => mapping.Key)
            .Concat(SpanKind.All.Select(kind => kind.Key)).Concat(SpanKind.KeysOfModels)
            .Concat(Mappings.All.SelectMany(mapping => mapping.Sources).Select(source => source.Key)).Append(SpanKind.McpMethod).Distinct(),
    ];

    private static readonly FrozenDictionary<string, int> Numbers = Keys.Index().ToFrozenDictionary(each => each.Item, each => each.Index + 1);

    /// <summary>Keys that <see cref="SpanValues"/> reads beside a source's.</summary>
    public static readonly int InputTokens = Numbers["gen_ai.usage.input_tokens"];
    public static readonly int LlmSystem = Numbers["llm.system"];

    private static readonly KeySet KeysThatTell = KeySet.Of(SpanKind.KeysOfModels.Concat(SpanKind.All.Select(kind => kind.Key)).Select(key => Numbers[key]));
    private static readonly KindKey[] KeysOfKinds = [.. SpanKind.All.GroupBy(kind => kind.Key).Select(kinds => new KindKey(Numbers[kinds.Key], [.. kinds.Select(kind => new KnownKind(kind))]))];

    private static readonly int McpMethod = Numbers[SpanKind.McpMethod];
    private static readonly int LongestKey = Keys.Max(key => key.Length);

    private readonly Addition[][] _additionsByRole;

    /// <param name="policy">Says which keys may be written.</param>
    public SpanNormalizer(RedactionRules policy)
    {
        var additions = Mappings.All.Select(mapping => new Addition(mapping, policy.LongestAddition(Encoding.UTF8.GetBytes(mapping.Key)), key => Numbers[key])).Where(addition => addition.LongestText > 0).ToList();
        _additionsByRole = [.. Enumerable.Range(0, BitOperations.PopCount((uint)SpanRole.Any)).Select(bit => additions.Where(addition => addition.Roles.HasFlag((SpanRole)(1 << bit))).ToArray())];
    }

    public override int NumberOf(ReadOnlySpan<byte> key) =>
        key.Length <= LongestKey && Numbers.TryGetValue(Encoding.UTF8.GetString(key), out var number) ? number : 0;

    public override void Append(scoped FoundAttributes found, PooledBuffer output)
    {
        if (!found.Keys.Overlaps(KeysThatTell))
            return;

        var (role, operation) = KindOf(found);
        var values = new SpanValues(found, output, operation);
        foreach (var addition in _additionsByRole[BitOperations.Log2((uint)role)])
        {
            if (values.MayBeAdded(addition))
                values.Add(addition);
        }
    }

    /// <summary>The first key with a known value decides on the role; of those with the same role, the first that has an operation on that.</summary>
    private static (SpanRole Role, byte[]? Operation) KindOf(scoped in FoundAttributes found)
    {
        var (role, isNamed) = (SpanRole.None, false);
        foreach (var key in KeysOfKinds)
        {
            if (!found.Has(key.Number))
                continue;

            isNamed = true;
            if (key.Find(found.Value(key.Number, [], out var type)) is not { } kind || type != FieldKind.String || (role != SpanRole.None && kind.Role != role))
                continue;
            if (IsOtherThanToolCall(kind, found))
                return (SpanRole.Other, null);
            role = kind.Role;
            if (kind.Operation is { } operation)
                return (role, operation);
        }

        return (role != SpanRole.None ? role : isNamed ? SpanRole.Other : SpanRole.Model, null);
    }

    private static bool IsOtherThanToolCall(KnownKind kind, scoped in FoundAttributes found) =>
        kind.Role == SpanRole.Tool && found.Has(McpMethod) && found.Value(McpMethod, [], out var type) is var method && type == FieldKind.String && !SpanKind.IsToolCall(method);

    private sealed class KindKey(int number, KnownKind[] kinds)
    {
        public int Number { get; } = number;

        public KnownKind? Find(ReadOnlySpan<byte> value)
        {
            foreach (var kind in kinds)
            {
                if (Ascii.EqualsIgnoreCase(kind.Value, value))
                    return kind;
            }

            return null;
        }
    }

    private sealed class KnownKind(SpanKind kind)
    {
        public byte[] Value { get; } = Encoding.UTF8.GetBytes(kind.Value);

        public SpanRole Role { get; } = kind.Role;

        public byte[]? Operation { get; } = kind.Operation is null ? null : Encoding.UTF8.GetBytes(kind.Operation);
    }
}
