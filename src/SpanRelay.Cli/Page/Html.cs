using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace SpanRelay.Cli.Page;

/// <summary>Markup. Whatever is put into it is encoded, unless it is markup itself.</summary>
internal readonly record struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    public static Html From(Writer markup) => new(markup.ToString());

    public override string ToString() => _markup ?? "";

    /// <summary>What is written between the parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Writer(int literalLength, int formattedCount)
    {
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

        private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(string? text) => _text.Append(Encoder.Encode(text ?? ""));

        public void AppendFormatted(Html markup) => _text.Append(markup.ToString());

        public void AppendFormatted(IEnumerable<Html> all)
        {
            foreach (var markup in all)
                _text.Append(markup.ToString());
        }

        /// <summary>A count, for people.</summary>
        public void AppendFormatted(long count) => _text.Append(count.ToString("N0", CultureInfo.InvariantCulture));

        /// <summary>A coordinate.</summary>
        public void AppendFormatted(double number) => _text.Append(number.ToString("0.##", CultureInfo.InvariantCulture));

        public override string ToString() => _text.ToString();
    }
}
