using Microsoft.AspNetCore.Http;

namespace SpanRelay.Cli.Page;

/// <summary>The views by their paths.</summary>
internal sealed class PageViews(PageSource source)
{
    private readonly LettersView _letters = new(source);
    private readonly TracesView _traces = new(source);

    public async Task<string> RenderAsync(string path, HttpResponse response, CancellationToken cancellationToken)
    {
        switch (path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case []:
                return PageFrame.Render(source, "Pipeline", "/", PipelineView.Render(source));
            case ["traces"]:
                return PageFrame.Render(source, "Traces", "/traces", _traces.List());
            case ["traces", var trace]:
                return PageFrame.Render(source, "Trace", "/traces", _traces.Show(trace));
            case ["traces", var trace, var span]:
                return PageFrame.Render(source, "Span", "/traces", _traces.Compare(trace, span));
            case ["dead-letters"]:
                return PageFrame.Render(source, "Dead letters", "/dead-letters", await _letters.ListAsync(cancellationToken));
            case ["dead-letters", var id] when await _letters.ShowAsync(id, cancellationToken) is { } letter:
                return PageFrame.Render(source, "Dead letter", "/dead-letters", letter);
            case ["faults"]:
                return PageFrame.Render(source, "Faults", "/faults", FaultsView.Render(source));
            case ["ai"]:
                return PageFrame.Render(source, "AI Observability", "/ai", AiPageView.Render(source));
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                return PageFrame.Render(source, "Not found", "", Html.From($"<h1>Not found</h1><p>There is nothing at this address.</p>"));
        }
    }

    /// <returns>A dead letter's payload; null when the path is another one.</returns>
    public async Task<string?> PayloadAsync(string path, CancellationToken cancellationToken) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["dead-letters", var id, "payload"] ? await _letters.PayloadAsync(id, cancellationToken) : null;
}
