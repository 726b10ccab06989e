using System.Buffers;
using System.Text.Json;

namespace SpanRelay.Deploy;

/// <summary>
/// A setting that azd takes as JSON. "azd pipeline config" passes JSON with escaped quotes, some shells drop the quotes, and
/// people write comma-separated lists: every unambiguous form is accepted.
/// </summary>
/// <param name="Name">The setting.</param>
/// <param name="Kind">Array or object.</param>
/// <param name="Example">What it takes.</param>
internal sealed record JsonSetting(string Name, JsonValueKind Kind, string Example)
{
    public static readonly IReadOnlyList<JsonSetting> All =
    [
        new("SENDER_PRINCIPAL_IDS", JsonValueKind.Array, """["11111111-2222-3333-4444-555555555555"]"""),
        new("SENDERS", JsonValueKind.Array, """["shop","search"]"""),
        new("INGEST_ADDRESSES", JsonValueKind.Array, """["192.0.2.0/24"]"""),
        new("ADMIN_ADDRESSES", JsonValueKind.Array, """["192.0.2.0/24"]"""),
        new("ALERT_EMAILS", JsonValueKind.Array, """["ops@example.com"]"""),
        new("RELAY_SETTINGS", JsonValueKind.Object, """{"Relay__ResourceAttributes":"team=shop"}"""),
    ];

    private static readonly SearchValues<char> NotInItems = SearchValues.Create("\"{}[]\\ ");

    /// <returns>The setting as JSON; null where it is neither JSON of this kind nor such a list.</returns>
    public string? Read(string text)
    {
        if (IsOfKind(text))
            return text;
        var unescaped = text.Replace("\\\"", "\"", StringComparison.Ordinal);
        if (IsOfKind(unescaped))
            return unescaped;
        return Kind == JsonValueKind.Array ? ListOf(unescaped) : null;
    }

    /// <summary>A JSON array of a comma-separated list.</summary>
    public static string? ListOf(string text)
    {
        var items = text.Trim().TrimStart('[').TrimEnd(']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(item => item.Trim('"', '\'')).ToArray();
        return items.Any(item => item.AsSpan().IndexOfAny(NotInItems) >= 0) ? null : JsonSerializer.Serialize(items, EnvironmentFile.Plain);
    }

    private bool IsOfKind(string text)
    {
        try
        {
            return JsonElement.Parse(text).ValueKind == Kind;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
