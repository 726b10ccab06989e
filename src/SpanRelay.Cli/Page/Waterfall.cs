using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Page;

/// <summary>A span in its place.</summary>
/// <param name="Depth">0 for a root.</param>
/// <param name="Left">In percent of the trace's duration, as the width.</param>
internal sealed record WaterfallRow(Span Span, int Depth, double Left, double Width)
{
    public double Milliseconds => Waterfall.MillisecondsOf([Span]);
}

/// <summary>Lays the spans of a trace out: each below its parent, in the order in which they began.</summary>
internal static class Waterfall
{
    public const int MostRows = 500;

    private const double LeastWidth = 0.4;

    /// <param name="spans">Of one trace. A span whose parent is not among them is a root; a circle of parents begins with any of them.</param>
    public static IReadOnlyList<WaterfallRow> Create(IEnumerable<Span> spans)
    {
        var all = spans.DistinctBy(span => span.SpanId).OrderBy(span => span.StartTimeUnixNano).Take(MostRows).ToList();
        var ids = all.Select(span => span.SpanId).ToHashSet();
        var children = all.ToLookup(span => ids.Contains(span.ParentSpanId) ? span.ParentSpanId : ByteString.Empty);
        var placed = new HashSet<ByteString>();
        var rows = new List<(Span Span, int Depth)>();
        foreach (var root in children[ByteString.Empty].Concat(all))
            Place(root, children, placed, rows);
        return Scale(rows);
    }

    /// <summary>From the first start to the last end.</summary>
    public static double MillisecondsOf(IEnumerable<Span> spans)
    {
        var (start, end) = spans.Aggregate((Start: ulong.MaxValue, End: 0UL), (range, span) => (Math.Min(range.Start, span.StartTimeUnixNano), Math.Max(range.End, span.EndTimeUnixNano)));
        return end > start ? (end - start) / 1e6 : 0;
    }

    /// <summary>Not recursive: a sender decides how deep it goes.</summary>
    private static void Place(Span root, ILookup<ByteString, Span> children, HashSet<ByteString> placed, List<(Span Span, int Depth)> rows)
    {
        var waiting = new Stack<(Span Span, int Depth)>([(root, 0)]);
        while (waiting.TryPop(out var next))
        {
            if (!placed.Add(next.Span.SpanId))
                continue;
            rows.Add(next);
            foreach (var child in children[next.Span.SpanId].Reverse())
                waiting.Push((child, next.Depth + 1));
        }
    }

    private static List<WaterfallRow> Scale(List<(Span Span, int Depth)> rows)
    {
        if (rows.Count == 0)
            return [];
        var start = rows.Min(row => row.Span.StartTimeUnixNano);
        var whole = Math.Max(1, rows.Max(row => Math.Max(row.Span.EndTimeUnixNano, row.Span.StartTimeUnixNano)) - start);
        return [.. rows.Select(row =>
        {
            var left = Math.Min(100 - LeastWidth, 100.0 * (row.Span.StartTimeUnixNano - start) / whole);
            var end = 100.0 * (Math.Max(row.Span.EndTimeUnixNano, row.Span.StartTimeUnixNano) - start) / whole;
            return new WaterfallRow(row.Span, row.Depth, left, Math.Max(LeastWidth, end - left));
        })];
    }
}
