using System.Numerics;
using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Redaction.Detectors.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors;

/// <summary>
/// Replaces what detectors find. Where hits overlap, the one that starts first wins, then the longest, then the one
/// whose detector was given first. The rest of the others is searched again if it is short and replaced if it is long, so that
/// the time stays linear. Text right next to a hit is searched as it will be beside the replacement. Replacements are never
/// searched. JSON stays valid JSON. Safe for concurrent use.
/// </summary>
internal sealed class TextRedactor
{
    private const int LongestSearchedAgain = 512;

    private static readonly Hit NoHit = new(int.MaxValue, 0);

    private readonly Detector[] _detectors;
    private readonly ShortTextFilter _filter;
    private readonly Replacement[] _replacements;

    public TextRedactor(IEnumerable<(Detector Detector, string Replacement)> detectors)
    {
        var pairs = detectors.ToArray();
        _detectors = [.. pairs.Select(pair => pair.Detector)];
        _filter = new ShortTextFilter([.. _detectors.Select(detector => detector.Minimum)]);
        _replacements = [.. pairs.Select(pair => new Replacement(Encoding.UTF8.GetBytes(pair.Replacement)))];
    }

    /// <summary>Appends the redacted text to the output, or nothing if nothing was found; then only the search costs time.</summary>
    /// <param name="text">UTF-8, perhaps invalid.</param>
    /// <param name="output">Receives the redacted text.</param>
    /// <param name="hitsByDetector">Incremented for each hit, in the order in which the detectors were given.</param>
    /// <returns>Whether anything was found.</returns>
    public bool TryRedact(ReadOnlySpan<byte> text, PooledBuffer output, Span<int> hitsByDetector)
    {
        for (var fitting = _filter.Fitting(text); fitting != 0; fitting &= fitting - 1)
        {
            var detector = BitOperations.TrailingZeroCount(fitting);
            if (_detectors[detector].TryFind(text, 0, out var hit))
                return TryRedact(text, detector, hit, fitting & (fitting - 1), output, hitsByDetector);
        }

        return false;
    }

    /// <param name="text">The text in which <paramref name="first"/> found <paramref name="hit"/>.</param>
    /// <param name="others">A bit for each detector that has not searched yet.</param>
    private bool TryRedact(ReadOnlySpan<byte> text, int first, Hit hit, uint others, PooledBuffer output, Span<int> hitsByDetector)
    {
        Span<Hit> next = stackalloc Hit[_detectors.Length];
        next.Fill(NoHit);
        next[first] = hit;
        for (; others != 0; others &= others - 1)
        {
            var detector = BitOperations.TrailingZeroCount(others);
            next[detector] = Find(detector, text, 0);
        }

        var chosen = Choose(text, next);
        var edits = JsonFitting.Fit(text, chosen);
        if (edits.Count == 0)
            return false;

        foreach (var each in chosen)
            hitsByDetector[each.Detector]++;
        Write(text, edits, output);
        return true;
    }

    private void Write(ReadOnlySpan<byte> text, List<JsonEdit> edits, PooledBuffer output)
    {
        var copied = 0;
        foreach (var edit in edits)
        {
            output.Append(text[copied..edit.Start]);
            _replacements[edit.Detector].WriteTo(output, edit);
            copied = edit.End;
        }

        output.Append(text[copied..]);
    }

    private ChosenHit[] Choose(ReadOnlySpan<byte> text, Span<Hit> next)
    {
        var chosen = new List<ChosenHit>();
        var settled = 0;
        while (IndexOfFirst(next) is >= 0 and var detector)
        {
            var hit = next[detector];
            if (!_replacements[detector].IsAt(text, hit)) // from an earlier redaction
            {
                if (TryFindGluedBefore(text, settled, hit.Start, out var before))
                    chosen.Add(before);
                chosen.Add(new(hit, detector));
            }

            settled = hit.End;

            for (var i = 0; i < next.Length; i++)
            {
                if (TryFindGluedAfter(i, text, hit.End, out var glued))
                    next[i] = glued;
                else if (next[i].Start < hit.End)
                    next[i] = next[i].End - hit.End > LongestSearchedAgain ? next[i] with { Start = hit.End, Length = next[i].End - hit.End } : Find(i, text, hit.End);
            }
        }

        return [.. chosen];
    }

    /// <summary>
    /// Text right before a hit does not end a word, so no detector finds it; once the hit is replaced, it does. Searches a bounded
    /// part before the hit, so that the time stays linear.
    /// </summary>
    /// <param name="from">The end of the previous hit.</param>
    private bool TryFindGluedBefore(ReadOnlySpan<byte> text, int from, int start, out ChosenHit found)
    {
        found = default;
        if (start == from || !IsInWord(text[start - 1]))
            return false;

        from = Math.Max(from, start - LongestSearchedAgain);
        for (var i = 0; i < _detectors.Length; i++)
        {
            if (_detectors[i].TryFind(text[..start], from, out var hit) && hit.End == start && hit.Length > found.Hit.Length && !_replacements[i].IsAt(text, hit))
                found = new(hit, i);
        }

        return found.Hit.Length > 0;
    }

    /// <summary>Text right after a hit does not start a word, so no detector finds it; once the hit is replaced, it does. Searches a bounded part first.</summary>
    private bool TryFindGluedAfter(int detector, ReadOnlySpan<byte> text, int end, out Hit hit)
    {
        hit = default;
        if (end >= text.Length || !IsInWord(text[end]))
            return false;

        var rest = text[end..];
        if (!_detectors[detector].TryFind(rest[..Math.Min(rest.Length, LongestSearchedAgain)], 0, out hit) || hit.Start > 0)
            return false;
        if (hit.End == LongestSearchedAgain && !(_detectors[detector].TryFind(rest, 0, out hit) && hit.Start == 0))
            return false; // Only the bound made it a hit.

        hit = hit with { Start = end };
        return true;
    }

    private static bool IsInWord(byte value) => AsciiByte.IsLetterOrDigit(value) || value >= 0x80;

    /// <returns>The detector whose hit wins over all others; -1 when there is none left.</returns>
    private static int IndexOfFirst(ReadOnlySpan<Hit> next)
    {
        var first = -1;
        for (var i = 0; i < next.Length; i++)
        {
            if (next[i].Length > 0 && (first < 0 || next[i].Start < next[first].Start || (next[i].Start == next[first].Start && next[i].Length > next[first].Length)))
                first = i;
        }

        return first;
    }

    private Hit Find(int detector, ReadOnlySpan<byte> text, int from) =>
        _detectors[detector].TryFind(text, from, out var hit) ? hit : NoHit;
}
