using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using SpanRelay.Buffers;
using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Redaction;

/// <summary>Redacts strings: detectors first, then the user's patterns on the result. Safe for concurrent use.</summary>
internal sealed class TextRules
{
    private readonly TextRedactor? _detectors;
    private readonly int _detectorCount;
    private readonly IReadOnlyList<RedactionPattern> _patterns;
    private readonly CleanTexts _clean = new();

    public TextRules(RedactionPolicy policy)
    {
        var detectors = DetectorCatalog.All.Where(detector => policy.Detectors.ContainsKey(detector.Name)).ToList();
        _detectors = detectors.Count == 0 ? null : new TextRedactor([.. detectors.Select(detector => (detector, policy.Detectors[detector.Name]))]);
        _detectorCount = detectors.Count;
        _patterns = policy.Patterns;
        Names = [.. detectors.Select(detector => detector.Name), .. _patterns.Select(pattern => $"pattern:{pattern.Name}")];
    }

    /// <summary>Names that hits are counted under, in the order of the counts.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Writes the redacted text, or nothing when nothing was found.</summary>
    /// <returns>Whether anything was found.</returns>
    public bool TryRedact(ReadOnlySpan<byte> text, PooledBuffer output, Span<int> hits)
    {
        var place = _clean.Find(text, out var isClean);
        if (isClean)
            return false;
        if (TryRedactUnknown(text, output, hits))
            return true;

        _clean.Add(place);
        return false;
    }

    private bool TryRedactUnknown(ReadOnlySpan<byte> text, PooledBuffer output, Span<int> hits)
    {
        var start = output.Length;
        var isFound = _detectors is not null && _detectors.TryRedact(text, output, hits[.._detectorCount]);
        for (var i = 0; i < _patterns.Count; i++)
        {
            var current = isFound ? output.WrittenSpan[start..] : text;
            if (!TryReplace(_patterns[i], current, ref hits[_detectorCount + i], out var replaced))
                continue;

            output.Truncate(start);
            output.Append(Encoding.UTF8.GetBytes(replaced));
            isFound = true;
        }

        return isFound;
    }

    private static bool TryReplace(RedactionPattern pattern, ReadOnlySpan<byte> text, ref int hits, out string replaced)
    {
        replaced = "";
        var characters = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            var length = Encoding.UTF8.GetChars(text, characters);
            if (!pattern.Regex.IsMatch(characters.AsSpan(0, length)))
                return false;

            replaced = Replace(pattern, new string(characters, 0, length), ref hits);
            return true;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    private static string Replace(RedactionPattern pattern, string text, ref int hits)
    {
        var result = new StringBuilder(text.Length);
        var end = 0;
        foreach (Match match in pattern.Regex.Matches(text))
        {
            result.Append(text, end, match.Index - end).Append(pattern.Replacement);
            end = match.Index + match.Length;
            hits++;
        }

        return result.Append(text, end, text.Length - end).ToString();
    }
}
