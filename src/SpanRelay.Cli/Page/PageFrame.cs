namespace SpanRelay.Cli.Page;

/// <summary>What all views have in common.</summary>
internal static class PageFrame
{
    private static readonly (string Path, string Name)[] Views =
        [("/", "Pipeline"), ("/traces", "Traces"), ("/dead-letters", "Dead letters"), ("/faults", "Faults"), ("/ai", "AI Observability")];

    /// <param name="path">Of the view in the navigation; empty for none.</param>
    public static string Render(PageSource source, string title, string path, Html content) => Html.From($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} · SpanRelay</title>
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
        <div class="bar">
        <a class="brand" href="/"><svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="M2 5h9M5 10h10M9 15h9"/></svg>SpanRelay</a>
        <nav aria-label="Views"><ul>{Views.Select(view => Link(view, path))}</ul></nav>
        </div>
        </header>
        <main id="main" tabindex="-1">
        <div id="banner" data-live>{Banner(source)}</div>
        {content}
        </main>
        <footer><p id="ended" hidden>The run has ended. What is shown is its last state.</p><p>Delivers to {source.Receiver}. Only this machine reaches this page, and only with its key.</p></footer>
        </body>
        </html>
        """).ToString();

    /// <summary>A button that does something.</summary>
    public static Html Action(string path, string name, string style = "") =>
        Html.From($"""<form method="post" action="{path}"><button type="submit" class="{style}">{name}</button></form>""");

    private static Html Link((string Path, string Name) view, string current) => view.Path == current
        ? Html.From($"""<li><a href="{view.Path}" aria-current="page">{view.Name}</a></li>""")
        : Html.From($"""<li><a href="{view.Path}">{view.Name}</a></li>""");

    private static Html Banner(PageSource source) => Html.From(
        $"""<p role="status" id="notice" class="notice">{source.Notice}</p>{(source.Faults.Active is { } fault ? Html.From($"""<div class="fault"><p><strong>A fault is active.</strong> {fault.Description}.</p>{Action("/faults/end", "End the fault")}</div>""") : default)}""");
}
