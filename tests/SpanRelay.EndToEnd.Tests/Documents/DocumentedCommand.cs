using System.Buffers;
using System.Text.RegularExpressions;

namespace SpanRelay.EndToEnd.Tests.Documents;

/// <summary>A command of a fenced <c>sh</c> block of a document.</summary>
/// <param name="Place">Page and line.</param>
/// <param name="Text">Continued lines are one.</param>
/// <param name="IsInAzure">It needs Azure, and the reader sees that: the block calls az, azd or the deployed app, or the paragraph before it says so.</param>
internal sealed partial record DocumentedCommand(string Place, string Text, bool IsInAzure)
{
    private const string Mark = "needs Azure";

    private static readonly SearchValues<char> NotPlain = SearchValues.Create("<>\"'$|;&");

    /// <summary>What the command line gets; null where it is another program, or has something to fill in besides the id of a dead letter.</summary>
    public string[]? Arguments =>
        Command.Match(Text) is { Success: true } match && !match.Groups[1].Value.Replace("<id>", "", StringComparison.Ordinal).AsSpan().ContainsAny(NotPlain)
            ? match.Groups[1].Value.Split(' ')
            : null;

    public static IReadOnlyList<DocumentedCommand> Read(string page, string text)
    {
        var commands = new List<DocumentedCommand>();
        foreach (Match block in Block.Matches(text))
        {
            var lines = block.Groups["lines"];
            var isInAzure = Azure.IsMatch(lines.Value) || ParagraphBefore(text[..block.Index]).Contains(Mark, StringComparison.OrdinalIgnoreCase);
            foreach (Match line in Line.Matches(lines.Value))
            {
                var number = text[..(lines.Index + line.Index)].Count(each => each == '\n') + 1;
                commands.Add(new DocumentedCommand($"{page}:{number}", Continued.Replace(line.Value, " ").Trim(), isInAzure));
            }
        }

        return commands;
    }

    public override string ToString() => $"{Place}: {Text}";

    private static string ParagraphBefore(string text) => text.TrimEnd().Split("\n\n")[^1];

    [GeneratedRegex("^(?:dotnet run (?:-v minimal )?--project src/SpanRelay.Cli --|spanrelay) (.+)$")]
    private static partial Regex Command { get; }

    [GeneratedRegex(@"^ *```(?:sh|bash|shell|console)\n(?<lines>.*?)^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block { get; }

    /// <summary>With those that it is continued by.</summary>
    [GeneratedRegex(@"^[^\n\S]*(?!#)\S(?:[^\n]*\\\n)*[^\n]*", RegexOptions.Multiline)]
    private static partial Regex Line { get; }

    [GeneratedRegex(@"\s*\\\n\s*|\s+#.*$")]
    private static partial Regex Continued { get; }

    [GeneratedRegex(@"^\s*azd? |azurewebsites\.net", RegexOptions.Multiline)]
    private static partial Regex Azure { get; }
}
