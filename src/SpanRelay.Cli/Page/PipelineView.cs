using System.Globalization;
using SpanRelay.Cli.AiCheck;

namespace SpanRelay.Cli.Page;

/// <summary>The pipeline as a picture, with what passes through it now, and charts of the last minutes.</summary>
internal static class PipelineView
{
    private const int MostRules = 8;

    public static Html Render(PageSource source)
    {
        var samples = source.History.Samples;
        return Html.From($"""
            <div class="head"><div><h1>Pipeline</h1><p class="lead">What passes from the gateway to Dynatrace, now and in total.</p></div>
            <div class="actions">{PageFrame.Action("/sample", "Send a sample trace", "primary")}{(source.System.Vault is null ? default : PageFrame.Action("/token/rotate", "Rotate the token"))}<a class="button" href="/faults">Cause a fault</a></div></div>
            <section aria-labelledby="way"><h2 id="way" class="unseen">The way of a span</h2><div id="pipeline" data-live>{Picture(source, samples)}</div></section>
            <section aria-labelledby="minutes"><h2 id="minutes">The last five minutes</h2><div id="charts" class="charts" data-live>{Charts(samples)}</div></section>
            <section class="pair"><div><h2>Redacted</h2><div id="rules" data-live>{Rules(source)}</div></div>
            <div><h2>AI Observability</h2><div id="verdict" data-live>{Verdict(source)}</div></div></section>
            """);
    }

    private static Html Picture(PageSource source, IReadOnlyList<Sample> samples)
    {
        var (total, failed) = source.Counts;
        var events = History.PerSecond(samples, sample => sample.EventsReceived);
        var spans = History.PerSecond(samples, sample => sample.SpansDelivered);
        var lost = total.SpansDeadLettered + total.UndecodableEvents;
        return Html.From($"""
            <ol class="pipeline">
            <li class="station"><h3>Gateway</h3>{Big(Figures.Rate(events), "events/s")}{Facts((Figures.Bytes(total.BytesIn), "received"))}</li>
            {Flow(events > 0)}
            <li class="station"><h3>Event Hub</h3>{Big(Count(source.EventsReceived), "events")}{Facts((Count(source.EventsWaiting), "waiting (lag)"), (Count(source.System.Hub.PartitionCount), "partitions"))}</li>
            {Flow(events > 0)}
            <li class="station relay"><h3>SpanRelay</h3><ol class="steps">
            <li><h4>Decode</h4>{Facts((Count(total.EventsRead), "events read"), (Count(total.UndecodableEvents), "unreadable"))}</li>
            <li><h4>Redact</h4>{Facts((Count(total.AttributesRemoved), "attributes removed"), (Figures.Rate(History.PerSecond(samples, sample => sample.AttributesRemoved)), "a second"))}</li>
            <li><h4>Pack</h4>{Facts((Count(total.Requests), "requests"), (Figures.Bytes(total.BytesOut), "compressed"))}</li>
            <li><h4>Send</h4>{Facts((Count(total.SpansDelivered), "spans sent"), (Count(failed), "batches held"))}</li>
            </ol></li>
            {Flow(spans > 0)}
            <li class="station"><h3>Dynatrace</h3>{Big(Count(total.SpansDelivered), "spans")}{Facts([(Figures.Rate(spans), "spans/s"), .. source.Requests.Select(each => (Count(each.Value), each.Key == 0 ? "no answer" : $"answered {each.Key}"))])}</li>
            </ol>
            <div class="below{(lost > 0 ? " some" : "")}"><a class="station letters" href="/dead-letters"><span class="name">Dead letters</span><span><b>{total.SpansDeadLettered}</b> {(total.SpansDeadLettered == 1 ? "span" : "spans")}, <b>{total.UndecodableEvents}</b> unreadable {(total.UndecodableEvents == 1 ? "event" : "events")}</span></a></div>
            """);
    }

    private static Html Charts(IReadOnlyList<Sample> samples) => Html.From($"""
        {Chart.Render("throughput", "Throughput", "per second", ("events received", "one", History.Rates(samples, sample => sample.EventsReceived)), ("spans delivered", "two", History.Rates(samples, sample => sample.SpansDelivered)))}
        {Chart.Render("lag", "Lag", "events", ("events waiting", "one", [.. samples.Select(sample => (double)sample.EventsWaiting)]))}
        {Chart.Render("outcomes", "Outcomes", "per second", ("spans delivered", "two", History.Rates(samples, sample => sample.SpansDelivered)), ("spans dead-lettered", "bad", History.Rates(samples, sample => sample.SpansDeadLettered)), ("batches held", "warn", History.Rates(samples, sample => sample.InvocationsFailed)))}
        """);

    private static Html Rules(PageSource source)
    {
        var rules = source.Counts.Total.Redactions.OrderByDescending(rule => rule.Value).Take(MostRules).ToList();
        if (rules.Count == 0)
            return Html.From($"<p class=\"empty\">Nothing yet.</p>");
        var most = rules[0].Value;
        return Html.From($"""
            <table class="bars"><thead><tr><th scope="col">Rule</th><th scope="col" class="number">Times</th><th scope="col"><span class="unseen">Share</span></th></tr></thead><tbody>
            {rules.Select(rule => Html.From($"""<tr><th scope="row"><code>{rule.Key}</code></th><td class="number">{rule.Value}</td><td><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="{100.0 * rule.Value / most}" height="8"/></svg></td></tr>"""))}
            </tbody></table>
            """);
    }

    private static Html Verdict(PageSource source) => source.Verdict is { } verdict
        ? Html.From($"""<p class="verdict {(verdict.Passes ? "good" : "bad")}">{AiTable.Summary(verdict)}</p><p><a href="/ai">Which views work</a></p>""")
        : Html.From($"<p>This run delivers to a real environment, whose spans this page does not see. <code>spanrelay ai-check</code> checks spans in a file.</p>");

    private static Html Big(string number, string unit) => Html.From($"""<p class="big"><b>{number}</b> {unit}</p>""");

    private static Html Facts(params IEnumerable<(string Number, string Name)> facts) =>
        Html.From($"""<ul class="facts">{facts.Select(fact => Html.From($"<li><b>{fact.Number}</b> {fact.Name}</li>"))}</ul>""");

    private static Html Flow(bool isMoving) => Html.From($"""<li class="flow{(isMoving ? " moving" : "")}" aria-hidden="true"><svg viewBox="0 0 40 12"><path d="M0 6H34"/><path class="tip" d="M33 2l5 4l-5 4"/></svg></li>""");

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
