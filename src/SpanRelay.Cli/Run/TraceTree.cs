using System.Globalization;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;
using Spectre.Console;

namespace SpanRelay.Cli.Run;

/// <summary>A trace as it was delivered, as a tree with durations.</summary>
internal static class TraceTree
{
    /// <param name="spans">All spans of one trace. A span whose parent is not among them is a root.</param>
    public static Tree Of(IReadOnlyList<Span> spans)
    {
        var ids = spans.Select(span => span.SpanId).ToHashSet();
        var children = spans.ToLookup(span => ids.Contains(span.ParentSpanId) ? span.ParentSpanId : ByteString.Empty);
        var tree = new Tree($"trace {Convert.ToHexStringLower(spans[0].TraceId.Span)}");
        AddChildren(tree, ByteString.Empty, children);
        return tree;
    }

    private static void AddChildren(IHasTreeNodes node, ByteString parent, ILookup<ByteString, Span> children)
    {
        foreach (var span in children[parent].OrderBy(span => span.StartTimeUnixNano))
        {
            var milliseconds = (span.EndTimeUnixNano - span.StartTimeUnixNano) / 1e6;
            var line = string.Create(CultureInfo.InvariantCulture, $"{Markup.Escape(span.Name)} [grey]{milliseconds:N0} ms[/]");
            AddChildren(node.AddNode(line), span.SpanId, children);
        }
    }
}
