using System.Globalization;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;
using Spectre.Console;

namespace SpanRelay.Cli.Run;

/// <summary>Renders a delivered trace as a tree with durations.</summary>
internal static class TraceTree
{
    private const int LongestName = 120;

    /// <param name="spans">All spans of one trace. A span whose parent is not among them is a root.</param>
    /// <param name="details">Markup shown below each span; null for none.</param>
    public static Tree Create(IReadOnlyList<Span> spans, Func<Span, IEnumerable<string>>? details = null)
    {
        var ids = spans.Select(span => span.SpanId).ToHashSet();
        var children = spans.ToLookup(span => ids.Contains(span.ParentSpanId) ? span.ParentSpanId : ByteString.Empty);
        var tree = new Tree($"trace {Convert.ToHexStringLower(spans[0].TraceId.Span)}");
        var shown = new HashSet<Span>(ReferenceEqualityComparer.Instance);
        AddChildren(tree, ByteString.Empty, children, details, shown);
        foreach (var inCircle in spans.Where(span => !shown.Contains(span)))
            AddChildren(tree, inCircle.ParentSpanId, children, details, shown);
        return tree;
    }

    private static void AddChildren(IHasTreeNodes node, ByteString parent, ILookup<ByteString, Span> children, Func<Span, IEnumerable<string>>? details, HashSet<Span> shown)
    {
        foreach (var span in children[parent].OrderBy(span => span.StartTimeUnixNano).Where(span => shown.Add(span)))
        {
            var milliseconds = ((double)span.EndTimeUnixNano - span.StartTimeUnixNano) / 1e6;
            var line = string.Create(CultureInfo.InvariantCulture, $"{Markup.Escape(OneLine.From(span.Name, LongestName))} [grey]{milliseconds:N0} ms[/]");
            var child = node.AddNode(line);
            foreach (var detail in details?.Invoke(span) ?? [])
                child.AddNode(detail);
            AddChildren(child, span.SpanId, children, details, shown);
        }
    }
}
