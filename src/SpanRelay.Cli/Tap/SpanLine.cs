using System.Globalization;
using System.Text.Json;

namespace SpanRelay.Cli.Tap;

/// <summary>A span of Dynatrace as a line. What senders named is one line of visible characters here.</summary>
internal static class SpanLine
{
    private const int LongestName = 60;
    private const int LongestKey = 100;
    private const int LongestValue = 500;
    private const int MostAttributes = 200;

    public static string From(JsonElement span)
    {
        var parts = new List<string> { Time(Text(span, "end_time")), Text(span, "service.name", "-"), Text(span, "span.name", "-") };
        if (Number(span, "duration") is { } nanoseconds)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:N0} ms"));
        parts.Add(string.Join(' ', new[] { Text(span, "gen_ai.response.model", Text(span, "gen_ai.request.model")), Tokens(span) }.Where(part => part.Length > 0)));
        parts.Add(Text(span, "span.status_code"));
        parts.Add(Text(span, "trace.id"));
        return string.Join("  ", parts.Where(part => part.Length > 0));
    }

    /// <summary>All that the span has, sorted by key.</summary>
    public static IEnumerable<string> AttributesOf(JsonElement span) => span.EnumerateObject()
        .OrderBy(each => each.Name, StringComparer.Ordinal)
        .Take(MostAttributes)
        .Select(each => $"  {OneLine.From(each.Name, LongestKey)} = {OneLine.From(each.Value.ToString(), LongestValue)}");

    /// <summary>In one line, whatever Dynatrace's own form is; what is not ASCII is escaped.</summary>
    public static string ToJson(JsonElement span) => JsonSerializer.Serialize(span);

    private static string Tokens(JsonElement span) => (Text(span, "gen_ai.usage.input_tokens"), Text(span, "gen_ai.usage.output_tokens")) switch
    {
        ("", "") => "",
        var (input, output) => $"{(input.Length == 0 ? "?" : input)}→{(output.Length == 0 ? "?" : output)} tokens",
    };

    private static string Time(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? time.LocalDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)
        : "-";

    private static double? Number(JsonElement span, string name) => double.TryParse(Text(span, name), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(JsonElement span, string name, string otherwise = "") =>
        span.TryGetProperty(name, out var value) && OneLine.From(value.ToString(), LongestName) is { Length: > 0 } text ? text : otherwise;
}
