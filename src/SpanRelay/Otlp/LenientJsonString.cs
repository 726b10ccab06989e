using System.Globalization;
using System.Text;

namespace SpanRelay.Otlp;

/// <summary>JSON string contents that the platform's reader refuses to unescape.</summary>
internal static class LenientJsonString
{
    /// <summary>
    /// Unescapes the inside of a well-formed JSON string literal. Halves of surrogate pairs stay in the text, for an
    /// encoder to replace.
    /// </summary>
    public static string Unescape(ReadOnlySpan<byte> literal)
    {
        var escaped = Encoding.UTF8.GetString(literal);
        var text = new StringBuilder(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                text.Append(escaped[i]);
                continue;
            }

            i++;
            if (escaped[i] == 'u')
            {
                text.Append((char)ushort.Parse(escaped.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }

            text.Append(escaped[i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                var other => other,
            });
        }

        return text.ToString();
    }
}
