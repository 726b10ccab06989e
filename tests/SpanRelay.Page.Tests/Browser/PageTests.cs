using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace SpanRelay.Page.Tests.Browser;

/// <summary>What somebody sees who opens the page, in a browser.</summary>
[Collection(nameof(PageRun))]
public sealed class PageTests(PageRun run)
{
    private static readonly string[] Views = ["/", "/traces", "/dead-letters", "/faults", "/ai"];

    [Fact]
    public async Task ASampleTraceIsSeenFromItsWaterfallToTheRuleThatRemovedItsPrompt()
    {
        await using var page = await run.OpenAsync();

        await page.PressAsync("Send a sample trace");
        await page.Tab.Locator(".waterfall li").Nth(2).WaitForAsync();
        await page.CheckAsync();
        await page.Tab.Locator(".waterfall a", new() { HasText = "Model: " }).First.ClickAsync();
        await page.Tab.Locator(".compare").First.WaitForAsync();

        var prompt = page.Tab.Locator("tr.removed", new() { Has = page.Tab.GetByRole(AriaRole.Rowheader, new() { Name = "tfy.input", Exact = true }) });
        Assert.Contains("where is my parcel?", await prompt.Locator("del").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("does not leave", await prompt.Locator("[data-name=After]").InnerTextAsync());
        Assert.Equal("content", await prompt.Locator("code").InnerTextAsync());
        Assert.Contains("it is exactly what Dynatrace has", await page.TextAsync(), StringComparison.Ordinal);
        await page.CheckAsync();
    }

    [Fact]
    public async Task ARejectedSpanBecomesADeadLetterThatSaysWhatToDoAndIsReplayed()
    {
        await using var page = await run.OpenAsync();
        await page.GoAsync("/faults");

        await page.PressAsync("Cause: Dynatrace rejects a span");
        await page.WhenShownAsync("A fault is active.");
        await page.GoAsync("/dead-letters");
        await page.Tab.Locator("tbody a", new() { HasText = "rejected" }).First.ClickAsync();
        await page.WhenShownAsync("Next step");
        Assert.NotEmpty(await page.Tab.Locator(".next p").InnerTextAsync());
        Assert.NotEqual(0, await page.Tab.Locator(".evidence li").CountAsync());
        await page.CheckAsync();
        await page.PressAsync("Replay");
        await page.WhenShownAsync("Rejected again.");

        var letter = page.Tab.Url;
        await page.PressAsync("End the fault");
        await page.Tab.GotoAsync(letter);
        await page.PressAsync("Replay");
        await page.WhenShownAsync("Replayed: 1 span delivered.");
        await page.WhenShownAsync("Replay again");
        var payload = await page.Tab.APIRequest.GetAsync($"{letter}/payload");
        Assert.Contains("chatCompletions", await payload.TextAsync(), StringComparison.Ordinal);
        await page.CheckAsync();
    }

    [Fact]
    public async Task AnOutageHoldsSpansUntilItEnds()
    {
        await using var page = await run.OpenAsync();
        await page.GoAsync("/faults");

        await page.PressAsync("Cause: Dynatrace is down: spans are held, and delivered when it is back");
        await page.GoAsync("/");
        await page.Tab.Locator("#pipeline li", new() { HasTextRegex = new Regex("[1-9][0-9]* waiting") }).First.WaitForAsync();
        await page.PressAsync("End the fault");
        await page.GoAsync("/");
        await page.Tab.Locator("#pipeline li", new() { HasTextRegex = new Regex("^0 waiting") }).First.WaitForAsync();
        await page.CheckAsync();
    }

    [Fact]
    public async Task TheTokenIsRotated()
    {
        await using var page = await run.OpenAsync();
        await page.GoAsync("/faults");
        var version = await page.Tab.Locator("#version code").First.InnerTextAsync();

        await page.PressAsync("Rotate the token");
        await page.Tab.WaitForFunctionAsync("old => document.querySelector('#version code').textContent !== old", version);
        await page.CheckAsync();
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task EveryViewIsReadableForAllAndWithoutErrors(int width, ColorScheme scheme)
    {
        await using var page = await run.OpenAsync(width, scheme);

        foreach (var view in Views)
        {
            await page.GoAsync(view);
            await page.Tab.Locator("h1").WaitForAsync();
            await page.CheckAsync();
        }

        await page.GoAsync("/traces");
        await page.Tab.Locator("tbody a").First.ClickAsync();
        await page.Tab.Locator(".waterfall a").First.ClickAsync();
        await page.Tab.Locator(".compare").First.WaitForAsync();
        await page.CheckAsync();
    }

    [Fact]
    public async Task TheKeyboardReachesWhatCanBeDoneAndFocusIsSeen()
    {
        await using var page = await run.OpenAsync();
        var reached = new List<string>();
        for (var presses = 0; presses < 12; presses++)
        {
            await page.Tab.Keyboard.PressAsync("Tab");
            reached.Add(await page.Tab.EvaluateAsync<string>("() => document.activeElement.innerText.trim()"));
            Assert.NotEqual("none", await page.Tab.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle"));
        }

        Assert.Equal(["Skip to the content", "SpanRelay", "Pipeline", "Traces", "Dead letters", "Faults", "AI Observability", "Send a sample trace", "Rotate the token", "Cause a fault"], reached.Take(10));
        await page.Tab.GetByRole(AriaRole.Button, new() { Name = "Send a sample trace" }).FocusAsync();
        await page.Tab.Keyboard.PressAsync("Enter");
        await page.Tab.Locator(".waterfall a").First.FocusAsync();
        await page.Tab.Keyboard.PressAsync("Enter");
        await page.Tab.Locator(".compare").First.WaitForAsync();
    }

    [Fact]
    public async Task WhatIsShownFollowsTheRunAndFocusStaysWhereItIs()
    {
        await using var page = await run.OpenAsync();
        await page.GoAsync("/traces");
        await page.Tab.Locator("tbody a").First.FocusAsync();
        var focused = await page.Tab.EvaluateAsync<string>("() => document.activeElement.id");
        await using var other = await run.OpenAsync();

        await other.PressAsync("Send a sample trace");
        await other.Tab.Locator(".waterfall li").First.WaitForAsync();
        var trace = other.Tab.Url[^32..];

        await page.Tab.Locator($"#t{trace}").WaitForAsync();
        Assert.Equal(focused, await page.Tab.EvaluateAsync<string>("() => document.activeElement.id"));
    }

    [Fact]
    public async Task WithoutScriptItWorksByReloading()
    {
        await using var page = await run.OpenAsync(hasScript: false);

        await page.PressAsync("Send a sample trace");
        await page.WhenShownAsync("Sent a sample trace");
        await page.GoAsync("/");
        Assert.Contains("Dead letters", await page.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoHasNoKeyAndWhoComesFromElsewhereIsRefused()
    {
        var root = new Uri(run.Address.GetLeftPart(UriPartial.Authority));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        var cancelled = TestContext.Current.CancellationToken;
        foreach (var view in Views)
            Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(new Uri(root, view), cancelled)).StatusCode);

        using var admitted = await http.GetAsync(run.Address, cancelled); // The handler keeps the cookie from here on.
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(root, "/traces"), cancelled)).StatusCode);
        using var fromElsewhere = new HttpRequestMessage(HttpMethod.Post, new Uri(root, "/sample")) { Headers = { { "Origin", "http://evil.example" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(fromElsewhere, cancelled)).StatusCode);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, root) { Headers = { Host = $"evil.example:{root.Port}" } };
        Assert.Equal(HttpStatusCode.BadRequest, (await http.SendAsync(rebound, cancelled)).StatusCode);
        using var unknown = new HttpRequestMessage(HttpMethod.Post, new Uri(root, "/faults/no-such")) { Headers = { { "Origin", root.GetLeftPart(UriPartial.Authority) } } };
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(unknown, cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(root, "/dead-letters/..%2F.."), cancelled)).StatusCode);
    }
}
