using Google.Protobuf;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Page;

/// <summary>The delivered traces, the waterfall of one, and one of its spans before and after redaction.</summary>
internal sealed class TracesView(PageSource source)
{
    public const int MostTraces = 50;

    private const int DeepestIndent = 8;

    public Html List()
    {
        var traces = NewestTraces(source.Spans);
        return Html.From($"""
            <div class="head"><div><h1>Traces</h1><p class="lead">As they were delivered, newest first. Open one to see its spans, and each span before and after redaction.</p></div>
            <div class="actions">{PageFrame.Action("/sample", "Send a sample trace", "primary")}</div></div>
            <div id="traces" data-live>{(source.System.Dynatrace is null ? RealEnvironment() : traces.Count == 0 ? Html.From($"<p class=\"empty\">No trace has been delivered yet.</p>") : Table(traces))}</div>
            """);
    }

    public Html Show(string trace)
    {
        if (source.System.Dynatrace is null)
            return Html.From($"<h1>Trace</h1>{RealEnvironment()}");
        var rows = Waterfall.Create(SpansOf(trace).Select(received => received.Span));
        return Html.From($"""
            <p class="path"><a href="/traces">Traces</a></p>
            <h1>Trace</h1>
            <p class="id">{OneLine.From(trace, 32)}</p>
            <div id="waterfall" data-live>{(rows.Count == 0 ? Waiting() : Rows(trace, rows))}</div>
            """);
    }

    public Html Compare(string trace, string span)
    {
        if (SpansOf(trace).FirstOrDefault(received => Hex(received.Span.SpanId) == span) is not { } delivered)
            return Html.From($"<h1>Span</h1><p class=\"empty\">Dynatrace has no such span of this run.</p>");
        return Html.From($"""
            <p class="path"><a href="/traces">Traces</a> <a href="/traces/{Hex(delivered.Span.TraceId)}">Trace</a></p>
            <h1>{Figures.Name(delivered.Span.Name)}</h1>
            {ComparisonView.Render(source.Comparison.Find(delivered.Span), delivered.Span)}
            """);
    }

    internal static List<IGrouping<ByteString, ReceivedSpan>> NewestTraces(IReadOnlyList<ReceivedSpan> spans) =>
        [.. spans.Reverse().GroupBy(received => received.Span.TraceId).Take(MostTraces)];

    private static Html RealEnvironment() =>
        Html.From($"<p class=\"empty\">This run delivers to a real environment: its traces are there, in Distributed Tracing. This page shows those of the local stand-in.</p>");

    private static Html Waiting() =>
        Html.From($"<p class=\"empty\">Not delivered yet. It appears here as soon as Dynatrace has it. Only the last {(long)PageSource.MostSpans} spans are shown.</p>");

    private static Html Table(List<IGrouping<ByteString, ReceivedSpan>> traces) => Html.From($"""
        <table class="list"><thead><tr><th scope="col">Trace</th><th scope="col">Service</th><th scope="col" class="number">Spans</th><th scope="col" class="number">Duration</th><th scope="col">Ended</th></tr></thead><tbody>
        {traces.Select(Row)}
        </tbody></table>
        """);

    private static Html Row(IGrouping<ByteString, ReceivedSpan> trace)
    {
        var spans = trace.Select(received => received.Span).DistinctBy(span => span.SpanId).ToList();
        var ids = spans.Select(span => span.SpanId).ToHashSet();
        var root = spans.Find(span => !ids.Contains(span.ParentSpanId)) ?? spans[0];
        var end = spans.Max(span => span.EndTimeUnixNano);
        var id = Hex(trace.Key);
        return Html.From($"""
            <tr><th scope="row"><a id="t{id}" href="/traces/{id}">{Figures.Name(root.Name)}</a>{Failed(spans.Exists(IsFailed))}<span class="id">{id[..Math.Min(id.Length, 8)]}</span></th>
            <td data-name="Service">{ServiceOf(trace.First().Resource)}</td><td class="number" data-name="Spans">{spans.Count}</td>
            <td class="number" data-name="Duration">{Figures.Milliseconds(Waterfall.MillisecondsOf(spans))}</td>
            <td data-name="Ended">{Figures.Clock(DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min(end / 100, int.MaxValue * 10_000_000UL)))}</td></tr>
            """);
    }

    private static Html Rows(string trace, IReadOnlyList<WaterfallRow> rows) => Html.From($"""
        <p class="lead">{Figures.Plural(rows.Count, "span")}, {Figures.Milliseconds(Waterfall.MillisecondsOf(rows.Select(row => row.Span)))} in all. Open a span to see it before and after redaction.</p>
        <ol class="waterfall">{rows.Select(row => Row(trace, row))}</ol>
        """);

    private static Html Row(string trace, WaterfallRow row) => Html.From($"""
        <li><a id="s{Hex(row.Span.SpanId)}" class="d{Math.Min(row.Depth, DeepestIndent)}" href="/traces/{trace}/{Hex(row.Span.SpanId)}">{Figures.Name(row.Span.Name)}</a>{Failed(IsFailed(row.Span))}
        <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="{(IsFailed(row.Span) ? "bad" : KindOf(row.Span))}" x="{row.Left}" y="1" width="{row.Width}" height="8"/></svg>
        <span class="number">{Figures.Milliseconds(row.Milliseconds)}</span></li>
        """);

    private IEnumerable<ReceivedSpan> SpansOf(string trace) => source.Spans.Where(received => Hex(received.Span.TraceId) == trace);

    private static Html Failed(bool isFailed) => isFailed ? Html.From($" <span class=\"tag bad\">error</span>") : default;

    private static bool IsFailed(Span span) => span.Status?.Code == Status.Types.StatusCode.Error;

    private static string KindOf(Span span) => span.Attributes.Any(attribute => attribute.Key == "gen_ai.operation.name") ? "model" : "other";

    private static string ServiceOf(Resource resource) => Figures.Name(resource.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name")?.Value?.StringValue ?? "");

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
