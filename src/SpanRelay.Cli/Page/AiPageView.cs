using SpanRelay.Cli.AiCheck;
using SpanRelay.GenAi.Contract;

namespace SpanRelay.Cli.Page;

/// <summary>Which views of Dynatrace's AI Observability work for the delivered spans.</summary>
internal static class AiPageView
{
    private const int MostViews = 200;

    public static Html Render(PageSource source) => Html.From($"""
        <h1>AI Observability</h1><p class="lead">Which views of Dynatrace's app would work for the last {(long)PageSource.MostSpans} delivered spans. The app says nothing when something is missing.</p>
        <div id="views" data-live>{(source.Verdict is { } verdict ? Show(verdict) : Html.From($"<p class=\"empty\">This run delivers to a real environment, whose spans this page does not see.</p>"))}</div>
        """);

    private static Html Show(AiVerdict verdict) => Html.From($"""
        <p class="verdict {(verdict.Passes ? "good" : "bad")}">{AiTable.Summary(verdict)}</p>
        <table class="list"><thead><tr><th scope="col">View</th><th scope="col">Service</th><th scope="col">Spans</th><th scope="col">Works</th><th scope="col">Missing</th></tr></thead><tbody>
        {verdict.Views.Take(MostViews).Select(Row)}
        </tbody></table>
        """);

    private static Html Row(AiView view) => Html.From($"""
        <tr><th scope="row">{view.Name}</th><td data-name="Service">{Figures.Name(view.Service)}</td><td data-name="Spans">{Figures.Plural(view.Spans, view.Kind)}</td>
        <td data-name="Works">{Works(view)}</td><td data-name="Missing">{string.Join(", ", view.Missing.Select(key => $"{key.Key} on {key.Spans} of {key.OfSpans}"))}</td></tr>
        """);

    private static Html Works(AiView view) => view switch
    {
        { Missing.Count: 0 } => Html.From($"<span class=\"tag good\">yes</span>"),
        { IsEmpty: true, IsRequired: true } => Html.From($"<span class=\"tag bad\">no</span>"),
        { IsEmpty: true } => Html.From($"<span class=\"tag warn\">no, and optional</span>"),
        _ => Html.From($"<span class=\"tag warn\">in part</span>"),
    };
}
