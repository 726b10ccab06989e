using System.Text;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.GenAi.Contract;

/// <summary>A span as the app sees it.</summary>
internal sealed class AiSpan
{
    private readonly Dictionary<string, AnyValue> _attributes = [];
    private readonly Dictionary<string, AnyValue> _resource = [];
    private readonly bool _hasFailed;

    public AiSpan(Resource resource, Span span)
    {
        foreach (var attribute in span.Attributes)
            _attributes[attribute.Key] = attribute.Value ?? new AnyValue();
        foreach (var attribute in resource.Attributes)
            _resource[attribute.Key] = attribute.Value ?? new AnyValue();
        _hasFailed = span.Status?.Code == Status.Types.StatusCode.Error;
        Role = FindRole();
    }

    public SpanRole Role { get; }

    /// <summary>Empty when its resource does not say.</summary>
    public string Service => _resource.GetValueOrDefault("service.name") is { HasStringValue: true } value ? value.StringValue : "";

    public bool Needs(AiNeed need) => (need.OnSuccess is not { } onSuccess || onSuccess != _hasFailed) && !need.Except.Contains(Text("gen_ai.operation.name"));

    public bool Lacks(AiNeed need)
    {
        var attributes = need.IsOfResource ? _resource : _attributes;
        return Needs(need) && !IsUsable(attributes, need.Key, need.IsNumber) && !(need.OtherKey is { } other && IsUsable(attributes, other, need.IsNumber));
    }

    private static bool IsUsable(Dictionary<string, AnyValue> attributes, string key, bool isNumber) =>
        attributes.GetValueOrDefault(key) is { } value && (isNumber ? value.HasIntValue || value.HasDoubleValue : value is { HasStringValue: true, StringValue.Length: > 0 });

    private SpanRole FindRole()
    {
        var isNamed = false;
        foreach (var kinds in SpanKind.All.GroupBy(kind => kind.Key).Where(kinds => _attributes.ContainsKey(kinds.Key)))
        {
            isNamed = true;
            if (kinds.FirstOrDefault(kind => kind.Value.Equals(Text(kinds.Key), StringComparison.OrdinalIgnoreCase)) is { } kind)
                return kind.Role == SpanRole.Tool && !SpanKind.IsToolCall(Encoding.UTF8.GetBytes(Text(SpanKind.McpMethod))) ? SpanRole.Other : kind.Role;
        }

        return isNamed ? SpanRole.Other : SpanKind.KeysOfModels.Any(_attributes.ContainsKey) ? SpanRole.Model : SpanRole.None;
    }

    private string Text(string key) => _attributes.GetValueOrDefault(key) is { HasStringValue: true } value ? value.StringValue : "";
}
