using System.Text.Json;

namespace SpanRelay.Redaction.Detectors.Json;

internal static class JsonText
{
    // Deeper than any meaningful JSON; the reader keeps one bit for each level.
    private const int MaxDepth = 4096;

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = MaxDepth };

    /// <summary>Whether it starts as a JSON object or array, which <c>[INFO] text</c> does not; it may be malformed further on.</summary>
    public static bool IsContainer(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(WhiteSpace);
        if (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'['))
            return false;

        var inside = text[1..].TrimStart(WhiteSpace);
        return inside.IsEmpty || (text[0] == '{' ? inside[0] is (byte)'"' or (byte)'}' : StartsItem(inside));
    }

    /// <summary>Whether all of it is JSON: one value or several, the first not a bare number or word.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        if (!IsContainer(text) && !text.TrimStart(WhiteSpace).StartsWith("\""u8))
            return false;

        try
        {
            var reader = Reader(text);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static Utf8JsonReader Reader(ReadOnlySpan<byte> text) => new(text, Options);

    private static bool StartsItem(ReadOnlySpan<byte> text) =>
        text[0] is (byte)'"' or (byte)'{' or (byte)'[' or (byte)']' or (byte)'-' or (>= (byte)'0' and <= (byte)'9')
        || text.StartsWith("true"u8) || text.StartsWith("false"u8) || text.StartsWith("null"u8);
}
