using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace SpanRelay.Page.Tests.Browser;

/// <summary>A tab of the browser, and whatever went wrong in it.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _troubles = new();

    public OpenPage(IBrowserContext context, IPage tab, Uri root)
    {
        (_context, Tab, Root) = (context, tab, root);
        tab.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        tab.PageError += (_, error) => Note(true, error);
        // A view that is left takes its question for news with it.
        tab.RequestFailed += (_, request) => Note(!(request.ResourceType == "fetch" && request.Failure == "net::ERR_ABORTED"), $"{request.Url}: {request.Failure}");
        tab.Response += (_, response) => Note(response.Status >= 400, $"{response.Url}: {response.Status}");
    }

    public IPage Tab { get; }

    public Uri Root { get; }

    public async Task GoAsync(string path) => await Tab.GotoAsync(new Uri(Root, path).AbsoluteUri);

    /// <summary>Presses it, and waits until the view that comes next has arrived: to leave earlier would cancel it.</summary>
    public Task PressAsync(string button) => Tab.RunAndWaitForRequestFinishedAsync(
        () => Tab.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync(),
        new() { Predicate = request => request is { IsNavigationRequest: true, Method: "GET" } });

    public Task WhenShownAsync(string text) => Tab.GetByText(text).First.WaitForAsync();

    public Task<string> TextAsync() => Tab.Locator("main").InnerTextAsync();

    /// <summary>Fails on what a user of a screen reader, a keyboard or bad light would stumble over, and on a view wider than the window.</summary>
    public async Task CheckAsync()
    {
        var width = await Tab.EvaluateAsync<int>("() => document.documentElement.scrollWidth - window.innerWidth");
        Assert.True(width <= 0, $"{Tab.Url} is {width} pixels wider than the window.");
        var found = await Tab.RunAxe();
        Assert.Empty(found.Violations.Where(rule => rule.Impact is "serious" or "critical").Select(Describe));
        Assert.Empty(_troubles);
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private static string Describe(AxeResultItem rule) => $"{rule.Id}: {rule.Help} {string.Join(" ", rule.Nodes.Select(node => node.Html))}";

    private void Note(bool isTrouble, string text)
    {
        if (isTrouble)
            _troubles.Enqueue(text);
    }
}
