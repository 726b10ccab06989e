using System.Text;
using System.Text.Json;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;

namespace SpanRelay.Tests.Redaction.Oracle;

/// <summary>Whether a content rule spares a value, as docs/redaction.md says, on objects.</summary>
internal static class SparedValue
{
    private const int MostIdentifiers = 16;

    public static bool Is(AnyValue value, KeptValues kept) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => kept >= KeptValues.Identifiers && IsText(value.StringValue, kept),
        AnyValue.ValueOneofCase.BytesValue => value.BytesValue.IsEmpty,
        AnyValue.ValueOneofCase.ArrayValue => value.ArrayValue.CalculateSize() == 0 || (kept >= KeptValues.Counts && AreFew(Identifiers(value), kept)),
        AnyValue.ValueOneofCase.KvlistValue => value.KvlistValue.CalculateSize() == 0 || (kept >= KeptValues.Counts && AreFew(Identifiers(value), kept)),
        _ => true,
    };

    private static bool IsText(string text, KeptValues kept) =>
        IsIdentifier(text) || (kept == KeptValues.Names && IsName(text)) || (kept >= KeptValues.Counts && IsJson(text, kept));

    private static bool IsIdentifier(string text) =>
        text.Length <= 128 && text.All(letter => letter is >= '!' and <= '~' and not '"') && text is not ['{' or '[', ..];

    private static bool IsName(string text) =>
        Encoding.UTF8.GetByteCount(text) <= 64 && text.All(letter => letter is >= ' ' and not '\uFFFD') && text is not ['{' or '[', ..];

    private static bool IsJson(string text, KeptValues kept)
    {
        if (text is not ['{' or '[' or '"', ..] || Encoding.UTF8.GetByteCount(text) > 4096 || text.Contains('\\', StringComparison.Ordinal))
            return false;

        try
        {
            return AreFew(Identifiers(JsonDocument.Parse(text).RootElement), kept);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool AreFew(int? identifiers, KeptValues kept) => identifiers <= (kept >= KeptValues.Labels ? MostIdentifiers : 0);

    /// <summary>How many identifiers it holds; null when it holds anything but these, numbers and booleans.</summary>
    private static int? Identifiers(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => IsIdentifier(value.StringValue) ? 1 : null,
        AnyValue.ValueOneofCase.BytesValue => value.BytesValue.IsEmpty ? 0 : null,
        AnyValue.ValueOneofCase.ArrayValue => Sum(value.ArrayValue.Values.Select(Identifiers)),
        AnyValue.ValueOneofCase.KvlistValue => value.KvlistValue.Values.All(member => IsIdentifier(member.Key)) ? Sum(value.KvlistValue.Values.Select(member => Identifiers(member.Value))) : null,
        _ => 0,
    };

    private static int? Identifiers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => IsIdentifier(element.GetString()!) ? 1 : null,
        JsonValueKind.Array => Sum(element.EnumerateArray().Select(Identifiers)),
        JsonValueKind.Object => element.EnumerateObject().All(member => IsIdentifier(member.Name)) ? Sum(element.EnumerateObject().Select(member => Identifiers(member.Value))) : null,
        _ => 0,
    };

    private static int? Sum(IEnumerable<int?> counts) => counts.Aggregate((int?)0, (sum, each) => sum + each);
}
