using System.Text;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

/// <summary>
/// A text and what is to be found in it, read from one line: «…» marks a hit and ⏎ is a line break. ‹a36› stands for 36
/// characters drawn from an alphabet, and ‹› for nothing: so no line holds what a secret scanner would take for a secret.
/// </summary>
internal sealed class LabelledText
{
    private readonly StringBuilder _text = new();

    private LabelledText(string line) => Line = line;

    public string Line { get; }

    public string Text => _text.ToString();

    public byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    public List<Hit> Hits { get; } = [];

    public static IEnumerable<LabelledText> ReadAll(string lines) => lines
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(line => !line.StartsWith("# ", StringComparison.Ordinal))
        .Select(Read);

    public static LabelledText Read(string line)
    {
        var read = new LabelledText(line);
        var random = new Random(line.Aggregate(17, (hash, character) => unchecked((hash * 31) + character)));
        var open = 0;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '«':
                    open = Encoding.UTF8.GetByteCount(read.Text);
                    break;
                case '»':
                    read.Hits.Add(Hit.Between(open, Encoding.UTF8.GetByteCount(read.Text)));
                    break;
                case '⏎':
                    read._text.Append('\n');
                    break;
                case '‹':
                    var end = line.IndexOf('›', i);
                    read._text.Append(Drawn.From(line[(i + 1)..end], random));
                    i = end;
                    break;
                default:
                    read._text.Append(line[i]);
                    break;
            }
        }

        return read;
    }

    public override string ToString() => Line;
}
