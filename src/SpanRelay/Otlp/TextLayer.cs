using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using SpanRelay.Buffers;

namespace SpanRelay.Otlp;

/// <summary>Text encodings of other bytes: UTF-16, base64, and a JSON string.</summary>
internal static class TextLayer
{
    private const int ShortestBase64 = 16;

    private static readonly SearchValues<byte> NotBase64 = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Select(value => (byte)value).Where(value => !char.IsAsciiLetterOrDigit((char)value) && !"+/-_= \t\r\n".Contains((char)value, StringComparison.Ordinal))]);

    /// <summary>With a byte order mark, or starting as JSON does.</summary>
    public static bool IsUtf16(ReadOnlySpan<byte> body) => body.Length % sizeof(char) == 0
        && body is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [(byte)'{' or (byte)'[' or (byte)'"', 0, _, 0, ..] or [0, (byte)'{' or (byte)'[' or (byte)'"', 0, _, ..];

    /// <summary>Appends it in UTF-8. Halves of surrogate pairs are replaced, as they are in JSON.</summary>
    public static void ReadUtf16(ReadOnlySpan<byte> body, PooledBuffer output)
    {
        var isBigEndian = body[0] is 0xFE or 0;
        body = body[(body[0] >= 0xFE ? sizeof(char) : 0)..];
        var text = MemoryMarshal.Cast<byte, char>(body);
        using var swapped = new PooledBuffer(isBigEndian ? body.Length : 0);
        if (isBigEndian)
        {
            var place = swapped.GetSpan(body.Length)[..body.Length];
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<char, ushort>(text), MemoryMarshal.Cast<byte, ushort>(place));
            text = MemoryMarshal.Cast<byte, char>(place);
        }

        const int MostUtf8 = 3;
        Utf8.FromUtf16(text, output.GetSpan(text.Length * MostUtf8), out _, out var written);
        output.Advance(written);
    }

    /// <summary>Appends the decoded bytes: either alphabet, padded or not, on one line or several.</summary>
    public static bool TryReadBase64(ReadOnlySpan<byte> body, PooledBuffer output)
    {
        var text = Unquoted(body);
        if (text.Length < ShortestBase64 || text.ContainsAny(NotBase64))
            return false;

        var room = output.GetSpan(text.Length);
        var length = 0;
        foreach (var letter in text.TrimEnd((byte)'='))
        {
            if (letter == '=')
                return false; // Padding in the middle: several texts.
            if (letter > ' ')
                room[length++] = letter == '+' ? (byte)'-' : letter == '/' ? (byte)'_' : letter;
        }

        if (length % 4 == 1 || !TryDecode(room[..length], out var count))
            return false;
        output.Advance(count);
        return true;
    }

    /// <summary>Appends the text of a JSON string that is all there is.</summary>
    public static bool TryReadQuoted(ReadOnlySpan<byte> body, PooledBuffer output)
    {
        if (OtlpJson.WithoutMark(body) is not [(byte)'"', ..])
            return false;

        try
        {
            var reader = new Utf8JsonReader(OtlpJson.WithoutMark(body));
            reader.Read();
            output.Advance(reader.CopyString(output.GetSpan(reader.ValueSpan.Length)));
            return !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            output.Truncate(0);
            return false;
        }
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> body)
    {
        var text = OtlpJson.WithoutMark(body).TrimEnd(" \t\r\n"u8);
        return text is [(byte)'\'' or (byte)'"', .., var last] && last == text[0] ? text[1..^1] : text;
    }

    private static bool TryDecode(Span<byte> text, out int count)
    {
        count = 0;
        try
        {
            count = Base64Url.DecodeFromUtf8InPlace(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
