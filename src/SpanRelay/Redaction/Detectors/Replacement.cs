using System.Globalization;
using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>The text that replaces a hit.</summary>
internal sealed class Replacement(byte[] bytes)
{
    private readonly byte[] _escaped = Escape(bytes);

    /// <summary>Whether the text is already there, so that there is nothing to replace.</summary>
    public bool IsAt(ReadOnlySpan<byte> text, Hit hit) =>
        !hit.NeedsQuotes && (text.Slice(hit.Start, hit.Length).SequenceEqual(bytes) || text.Slice(hit.Start, hit.Length).SequenceEqual(_escaped));

    public void WriteTo(PooledBuffer output, JsonEdit edit)
    {
        if (edit is { Level: 0, Quoted: false })
        {
            output.Append(bytes);
            return;
        }

        var written = edit.Quoted ? [(byte)'"', .. _escaped, (byte)'"'] : _escaped;
        for (var level = edit.Quoted ? 0 : 1; level < edit.Level; level++)
            written = Escape(written);
        output.Append(written);
    }

    private static byte[] Escape(byte[] value)
    {
        if (!value.AsSpan().ContainsAny((byte)'"', (byte)'\\') && !value.AsSpan().ContainsAnyInRange<byte>(0, 0x1F))
            return value;

        var escaped = new StringBuilder();
        foreach (var character in Encoding.UTF8.GetString(value))
        {
            if (character is '"' or '\\')
                escaped.Append('\\').Append(character);
            else if (character < ' ')
                escaped.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
            else
                escaped.Append(character);
        }

        return Encoding.UTF8.GetBytes(escaped.ToString());
    }
}
