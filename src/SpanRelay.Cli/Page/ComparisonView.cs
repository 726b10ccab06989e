using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Page;

/// <summary>A span before and after redaction: what left, what did not, and the rule that decided.</summary>
internal static class ComparisonView
{
    private const int MostAttributes = 300;

    public static Html Render(SpanComparison? comparison, Span delivered)
    {
        if (comparison is null)
            return Html.From($"<p class=\"empty\">The event that this span came in is not among the last {(long)ComparisonSource.MostEvents} of the Event Hub.</p>");
        return Html.From($"""
            <p class="lead">Before: as the gateway sent it, read from the Event Hub. After: as Dynatrace has it. Each rule is the one that redaction reports.</p>
            {Check(comparison.After.Equals(delivered))}
            <ul class="fates">{comparison.Attributes.GroupBy(each => each.Fate).OrderBy(group => group.Key == Fate.Kept).Select(group => Html.From($"""<li class="{Style(group.Key)}"><b>{group.Count()}</b> {Style(group.Key)}</li>"""))}</ul>
            {comparison.Attributes.Take(MostAttributes).GroupBy(each => each.Where).Select(Section)}
            {(comparison.Attributes.Count > MostAttributes ? Html.From($"<p>Only the first {(long)MostAttributes} attributes are shown.</p>") : default)}
            """);
    }

    private static Html Check(bool isSame) => isSame
        ? Html.From($"""<p class="verdict good">✓ Redacted again just now, it is exactly what Dynatrace has.</p>""")
        : Html.From($"""<p class="verdict bad">✗ Redacted again just now, it differs from what Dynatrace has: the event was redacted by another policy.</p>""");

    private static Html Section(IGrouping<string, ComparedAttribute> part) => Html.From($"""
        <h2>{NameOf(part.Key)}</h2>
        <table class="compare"><thead><tr><th scope="col">Attribute</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">Rule</th></tr></thead><tbody>
        {part.Select(Row)}
        </tbody></table>
        """);

    private static Html Row(ComparedAttribute each) => Html.From($"""
        <tr class="{Style(each.Fate)}"><th scope="row">{Figures.Name(each.Key)}</th>
        <td data-name="Before">{Before(each)}</td>
        <td data-name="After">{(each.After is { } after ? Html.From($"<span class=\"value\">{Figures.Value(after)}</span>") : Html.From($"<span class=\"none\">does not leave</span>"))}</td>
        <td data-name="Rule">{(each.Fate == Fate.Kept ? Html.From($"<span class=\"none\">kept</span>") : Html.From($"""<span class="tag {Style(each.Fate)}">{Style(each.Fate)}</span> <code>{each.Rule}</code>"""))}</td></tr>
        """);

    private static Html Before(ComparedAttribute each) => each switch
    {
        { Before: null } => Html.From($"<span class=\"none\">–</span>"),
        { Fate: Fate.Kept } => Html.From($"<span class=\"value\">{Figures.Value(each.Before)}</span>"),
        _ => Html.From($"<del class=\"value\">{Figures.Value(each.Before)}</del>"),
    };

    private static string Style(Fate fate) => fate.ToString().ToLowerInvariant();

    private static string NameOf(string owner) => owner == "InstrumentationScope" ? "Scope" : Figures.Name(owner);
}
