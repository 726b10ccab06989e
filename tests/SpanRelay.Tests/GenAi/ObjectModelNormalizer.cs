using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf.Collections;
using SpanRelay.GenAi;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.GenAi;

/// <summary>
/// The table of docs/ai-observability.md, applied to objects, one attribute after the other. It shares with the code on the wire no more
/// than the table, the names of providers and operations, and what an identifier looks like.
/// </summary>
internal sealed class ObjectModelNormalizer(RedactionOptions options)
{
    private readonly RedactionRules _policy = new(options);

    public void Normalize(ExportTraceServiceRequest redacted)
    {
        foreach (var span in redacted.Spans())
            Normalize(span);
    }

    private void Normalize(Span span)
    {
        var attributes = span.Attributes;
        if (!attributes.Any(each => SpanKind.KeysOfModels.Contains(each.Key) || SpanKind.All.Any(kind => kind.Key == each.Key)))
            return;

        var end = _policy.Audit && attributes.Count > 0 && attributes[^1].Key == "spanrelay.redactions" ? attributes.Count - 1 : attributes.Count;
        var (role, operation) = KindOf(attributes);
        foreach (var mapping in Mappings.All)
        {
            if (!mapping.Roles.HasFlag(role) || attributes.Any(each => each.Key == mapping.Key) || (mapping.NeedsSuccess && span.Status?.Code == Status.Types.StatusCode.Error))
                continue;
            var longest = _policy.LongestAddition(Encoding.UTF8.GetBytes(mapping.Key));
            var value = longest == 0 ? null : mapping.Sources
                .Where(source => attributes.Any(each => each.Key == source.Key))
                .Select(source => Convert(attributes, source, operation))
                .FirstOrDefault(converted => converted is not null && (!converted.HasStringValue || converted.StringValue.Length is > 0 && Encoding.UTF8.GetByteCount(converted.StringValue) <= longest));
            if (value is not null)
                attributes.Insert(end++, new KeyValue { Key = mapping.Key, Value = value });
        }
    }

    private static (SpanRole Role, string? Operation) KindOf(RepeatedField<KeyValue> attributes)
    {
        var named = SpanKind.All.Select(kind => kind.Key).Distinct().Where(key => attributes.Any(each => each.Key == key)).ToList();
        var kinds = named
            .Select(key => SpanKind.All.FirstOrDefault(kind => kind.Key == key && ValueOf(attributes, key) is { HasStringValue: true } value && kind.Value.Equals(value.StringValue, StringComparison.OrdinalIgnoreCase)))
            .OfType<SpanKind>().ToList();
        if (kinds.Count == 0)
            return (named.Count > 0 ? SpanRole.Other : SpanRole.Model, null);

        kinds.RemoveAll(kind => kind.Role != kinds[0].Role);
        var method = ValueOf(attributes, "tfy.mcp_server.method");
        var methodText = method is { HasStringValue: true } ? method.StringValue : "";
        var isToolCall = method is null || methodText.ToLowerInvariant() is "" or "tools/call" or "call_tool";
        if (kinds[0].Role == SpanRole.Tool && !isToolCall)
            return (SpanRole.Other, null);
        return (kinds[0].Role, kinds.FirstOrDefault(kind => kind.Operation is not null)?.Operation);
    }

    private static AnyValue? Convert(RepeatedField<KeyValue> attributes, Source source, string? operation)
    {
        var value = ValueOf(attributes, source.Key)!;
        var identifier = Text(value, MetadataValue.IsIdentifier);
        var name = Text(value, MetadataValue.IsIdentifierOrName);
        return source.Conversion switch
        {
            Conversion.Identifier => Some.Text(identifier),
            Conversion.Name => Some.Text(name),
            Conversion.Count => Whole(Count(value)),
            Conversion.CountWithoutInput => Whole(Count(value) - Count(ValueOf(attributes, "gen_ai.usage.input_tokens"))),
            Conversion.Number when value.HasDoubleValue && double.IsFinite(value.DoubleValue) => new AnyValue { DoubleValue = value.DoubleValue },
            Conversion.Number when value.HasIntValue => new AnyValue { DoubleValue = value.IntValue },
            Conversion.Number => null,
            Conversion.OperationOfKind => Some.Text(operation ?? ""),
            Conversion.OperationOfRequestType => Said(Operations.OfRequestType(Encoding.UTF8.GetBytes(identifier))),
            Conversion.OperationOfUrl => Said(Operations.OfUrl(Encoding.UTF8.GetBytes(identifier))),
            Conversion.RequestTypeOfOperation => Said(Operations.RequestTypeOf(Encoding.UTF8.GetBytes(identifier))),
            Conversion.ProviderByName => Some.Text(Provider(name)),
            Conversion.ProviderOfOpenInference => Some.Text((name.ToLowerInvariant(), Text(ValueOf(attributes, "llm.system"), MetadataValue.IsIdentifier).ToLowerInvariant()) switch
            {
                ("azure", "openai") => "azure.ai.openai",
                ("google", "vertexai") => "gcp.vertex_ai",
                ("google", _) => "gcp.gen_ai",
                ("aws", _) => "aws.bedrock",
                _ => Provider(name),
            }),
            Conversion.ProviderOfHost => Said(Providers.OfHost(Encoding.UTF8.GetBytes(identifier))),
            Conversion.ProviderOfAccount => Said(Providers.OfAccount(Encoding.UTF8.GetBytes(identifier))),
            Conversion.ErrorCode when identifier.Length > 0 => Some.Text(identifier),
            Conversion.ErrorCode => Whole(value) is not 0 and >= int.MinValue and <= int.MaxValue and var code ? Some.Text(Digits(code)) : null,
            Conversion.ErrorStatus => Whole(value) is >= 400 and <= 599 and var status ? Some.Text(Digits(status)) : null,
            Conversion.ToolError => value is { HasBoolValue: true, BoolValue: true } ? Some.Text("tool_error") : null,
            _ => throw new ArgumentOutOfRangeException(nameof(source)),
        };
    }

    /// <summary>The last says what the attribute is.</summary>
    private static AnyValue? ValueOf(RepeatedField<KeyValue> attributes, string key) =>
        attributes.LastOrDefault(each => each.Key == key) is { } attribute ? attribute.Value ?? new AnyValue() : null;

    private static string Text(AnyValue? value, Judge judge) => value is { HasStringValue: true } && judge(Encoding.UTF8.GetBytes(value.StringValue)) ? value.StringValue : "";

    private static decimal? Count(AnyValue? value) => value switch
    {
        { HasIntValue: true, IntValue: >= 0 } => value.IntValue,
        { HasDoubleValue: true, DoubleValue: >= 0 and <= 9007199254740992 } when Math.Floor(value.DoubleValue) == value.DoubleValue => (long)value.DoubleValue,
        { HasStringValue: true } when Regex.IsMatch(value.StringValue, @"\A[0-9]{1,15}\z") => decimal.Parse(value.StringValue, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static decimal? Whole(AnyValue value) => Count(value) ?? (value.HasIntValue ? value.IntValue : null);

    private static AnyValue? Whole(decimal? count) => count is >= 0 ? new AnyValue { IntValue = (long)count } : null;

    private static string Digits(decimal number) => ((long)number).ToString(CultureInfo.InvariantCulture);

    private static string Provider(string name) => Providers.Named(Encoding.UTF8.GetBytes(name)) is { IsEmpty: false } known ? Encoding.UTF8.GetString(known) : name;

    private static AnyValue Said(ReadOnlySpan<byte> text) => Some.Text(Encoding.UTF8.GetString(text));

    private delegate bool Judge(ReadOnlySpan<byte> text);
}
