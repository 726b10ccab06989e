using System.Globalization;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Documents;

/// <summary>A table in a document: its rows, by their cells.</summary>
internal static class DocumentTable
{
    /// <param name="document">The document's path.</param>
    /// <param name="header">How the table's first line starts.</param>
    public static IReadOnlyList<string[]> Rows(string document, string header) => [.. Repository.Read(document).Split('\n')
        .SkipWhile(line => !line.StartsWith(header, StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];

    public static double Number(string cell) => double.Parse(cell, NumberStyles.Number, CultureInfo.InvariantCulture);

    public static string Text(double number, string format = "N0") => number.ToString(format, CultureInfo.InvariantCulture);
}
