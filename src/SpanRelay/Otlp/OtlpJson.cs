using System.Text.Json;
using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>
/// OTLP JSON to OTLP protobuf. Accepts names in camel and in snake case, several exports in an array or one after the other, and
/// parts of an export that can be nothing else. Unknown members are ignored, except where spans may be in them.
/// </summary>
internal static class OtlpJson
{
    internal const int MaxJsonDepth = 1000;

    /// <summary>
    /// Distinguishes JSON from protobuf. A protobuf export starts with 0x0A, which is a newline in JSON, and the lengths after
    /// it may be a brace and a quote. The tag that follows is below 0x20, which no JSON string contains: so a body is JSON
    /// when the object is empty or the first byte of its first name is at least 0x20. After a bracket, a brace or another
    /// bracket would be a tag of a group, which protobuf does not have.
    /// </summary>
    public static bool LooksLikeJson(ReadOnlySpan<byte> body)
    {
        body = WithoutMark(body);
        if (body is not [(byte)'{' or (byte)'[', ..])
            return false;

        var after = AfterWhiteSpace(body[1..]);
        return body[0] == '{'
            ? after is [(byte)'"', >= 0x20, ..] || IsEnd(after, (byte)'}')
            : after is [(byte)'{' or (byte)'[', ..] || IsEnd(after, (byte)']');
    }

    /// <summary>The text after a byte order mark and white space.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) =>
        AfterWhiteSpace(text.StartsWith("\uFEFF"u8) ? text[3..] : text);

    /// <summary>Appends the export in protobuf to <paramref name="output"/>; its scopes may be under their old number.</summary>
    public static PayloadProblem TryConvert(ReadOnlySpan<byte> json, PooledBuffer output, out PayloadForm form)
    {
        var conversion = new JsonConversion(output);
        form = PayloadForm.Json;
        try
        {
            var options = new JsonReaderOptions { MaxDepth = MaxJsonDepth, AllowMultipleValues = true };
            var reader = new Utf8JsonReader(WithoutMark(json), options);
            var problem = conversion.WriteAll(ref reader);
            form |= conversion.Form;
            return problem;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // The latter: an id or number that is not text.
        {
            return PayloadProblem.InvalidJson;
        }
    }

    private static bool IsEnd(ReadOnlySpan<byte> text, byte bracket) => !text.IsEmpty && text[0] == bracket && AfterWhiteSpace(text[1..]).IsEmpty;

    private static ReadOnlySpan<byte> AfterWhiteSpace(ReadOnlySpan<byte> text) => text.TrimStart(" \t\r\n"u8);
}
