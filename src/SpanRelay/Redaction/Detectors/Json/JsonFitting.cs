using System.Text.Json;
using SpanRelay.Redaction.Detectors.Scanning;

namespace SpanRelay.Redaction.Detectors.Json;

/// <summary>A hit that is replaced, with its detector. No two overlap.</summary>
internal readonly record struct ChosenHit(Hit Hit, int Detector);

/// <summary>
/// Turns hits into edits that leave JSON valid. Inside a string the hit's bytes are replaced, in whole escapes. Any other
/// value that a hit touches is replaced as a whole, by a string. A hit that spans several values becomes one edit for each.
/// A string that holds JSON itself is treated in the same way, level by level.
/// </summary>
internal static class JsonFitting
{
    private const int DeepestLevel = 4;

    /// <param name="text">The text, or at a deeper level the unescaped inside of a string of it.</param>
    /// <param name="hits">In order, not overlapping.</param>
    /// <param name="level">How many nested strings contain the text.</param>
    public static List<JsonEdit> Fit(ReadOnlySpan<byte> text, ReadOnlySpan<ChosenHit> hits, int level = 0)
    {
        var edits = new List<JsonEdit>(hits.Length);
        if (level <= DeepestLevel && JsonText.IsValid(text))
            FitToTokens(text, hits, level, edits);
        else
            FitToBytes(hits, level, edits);
        return edits;
    }

    private static void FitToBytes(ReadOnlySpan<ChosenHit> hits, int level, List<JsonEdit> edits)
    {
        foreach (var (hit, detector) in hits)
            edits.Add(new(hit.Start, hit.End, detector, level, hit.NeedsQuotes));
    }

    private static void FitToTokens(ReadOnlySpan<byte> text, ReadOnlySpan<ChosenHit> hits, int level, List<JsonEdit> edits)
    {
        var reader = JsonText.Reader(text);
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            hits = hits[CountEndingBefore(hits, start)..];
            if (hits.IsEmpty)
                return;

            var end = start + reader.ValueSpan.Length;
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                FitToString(text, (start + 1, end + 1), hits, level, edits);
            else if (hits[0].Hit.Start < end && IsWhole(reader.TokenType, hits[0].Hit, start) && reader.TrySkip())
                edits.Add(new(start, (int)reader.BytesConsumed, hits[0].Detector, level, Quoted: true));
        }
    }

    private static int CountEndingBefore(ReadOnlySpan<ChosenHit> hits, int start)
    {
        var count = 0;
        while (count < hits.Length && hits[count].Hit.End <= start)
            count++;
        return count;
    }

    private static int CountStartingBefore(ReadOnlySpan<ChosenHit> hits, int end)
    {
        var count = 0;
        while (count < hits.Length && hits[count].Hit.Start < end)
            count++;
        return count;
    }

    /// <summary>Scalars are replaced when a hit touches them, objects and arrays only when they are the hit.</summary>
    private static bool IsWhole(JsonTokenType token, Hit hit, int start) => token switch
    {
        JsonTokenType.StartObject or JsonTokenType.StartArray => hit.NeedsQuotes && hit.Start == start,
        JsonTokenType.EndObject or JsonTokenType.EndArray => false,
        _ => true,
    };

    private static void FitToString(ReadOnlySpan<byte> text, (int Start, int End) inside, ReadOnlySpan<ChosenHit> hits, int level, List<JsonEdit> edits)
    {
        var touching = hits[..CountStartingBefore(hits, inside.End)];
        if (touching.IsEmpty || inside.Start == inside.End)
            return;

        using var unescaped = new UnescapedString(text, inside.Start, inside.End);
        var inner = new ChosenHit[touching.Length];
        for (var i = 0; i < inner.Length; i++)
            inner[i] = touching[i] with { Hit = unescaped.Cover(touching[i].Hit) };

        foreach (var edit in Fit(unescaped.Bytes, inner, level + 1))
        {
            var moved = edit with { Start = unescaped.SourceOf(edit.Start), End = unescaped.SourceOf(edit.End) };
            if (moved.Start < moved.End)
                edits.Add(moved);
        }
    }
}
