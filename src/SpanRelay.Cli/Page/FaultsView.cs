using SpanRelay.Local;
using SpanRelay.Local.Faults;

namespace SpanRelay.Cli.Page;

/// <summary>Buttons that break something, to see what becomes of it.</summary>
internal static class FaultsView
{
    public static Html Render(PageSource source)
    {
        var (ofEvents, ofReceiver) = (source.Faults.All.Where(each => each.IsOfEvent), source.Faults.All.Where(each => !each.IsOfEvent));
        return Html.From($"""
            <h1>Faults</h1><p class="lead">Break something and see that no span is lost: what is temporary is held and delivered later; what cannot be delivered becomes a dead letter that says why.</p>
            <section aria-labelledby="token"><h2 id="token">The token</h2>{Token(source)}</section>
            <section aria-labelledby="receiver"><h2 id="receiver">Dynatrace and Key Vault</h2>{(source.System.Dynatrace is null ? Html.From($"<p class=\"empty\">This run delivers to a real environment, which cannot be broken from here.</p>") : Html.From($"<p>Each lasts until you end it, and sends a span into it.</p>{List(ofReceiver)}"))}</section>
            <section aria-labelledby="events"><h2 id="events">Events</h2><p>Each sends one event that becomes a dead letter.</p>{List(ofEvents)}</section>
            """);
    }

    private static Html Token(PageSource source) => source.System.Vault is { } vault
        ? Html.From($"""<div id="version" data-live><p>Version <code>{vault.NewestVersion(LocalSystem.TokenSecret) ?? "none"}</code> of the secret <code>{LocalSystem.TokenSecret}</code> is in use.</p></div>{PageFrame.Action("/token/rotate", "Rotate the token")}""")
        : Html.From($"<p class=\"empty\">The token was given with the real environment: there is no local Key Vault to rotate it in.</p>");

    private static Html List(IEnumerable<FaultScenario> faults) => Html.From($"""
        <ul class="faults">{faults.Select(each => Html.From($"""<li><div><b>{each.Description}</b><code>{each.Cause}</code></div><form method="post" action="/faults/{each.Name}"><button type="submit" aria-label="Cause: {each.Description}">Cause</button></form></li>"""))}</ul>
        """);
}
