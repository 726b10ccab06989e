using Microsoft.Playwright;

namespace SpanRelay.Page.Tests.Browser;

/// <summary>Writes the pictures in docs/images, with SPANRELAY_WRITE_SCREENSHOTS=1.</summary>
[Collection(nameof(PageRun))]
public sealed class Screenshots(PageRun run)
{
    private static readonly string Folder = Path.Combine(
        typeof(Screenshots).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false).Cast<System.Reflection.AssemblyMetadataAttribute>().Single(each => each.Key == "SourceRoot").Value!,
        "docs", "images");

    [Fact]
    public async Task OfThePipelineAndOfARedactedSpan()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SPANRELAY_WRITE_SCREENSHOTS") == "1", "SPANRELAY_WRITE_SCREENSHOTS=1 writes them.");
        Directory.CreateDirectory(Folder);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await TakeAsync(1280, scheme);
            await TakeAsync(390, scheme);
        }
    }

    private async Task TakeAsync(int width, ColorScheme scheme)
    {
        await using var page = await run.OpenAsync(width, scheme);
        var name = $"{width}-{scheme.ToString().ToLowerInvariant()}";

        await page.GoAsync("/faults");
        await page.PressAsync("Cause: Spans arrive two hours late");
        await page.GoAsync("/");
        await page.Tab.Locator(".below.some").WaitForAsync();
        await page.Tab.Locator("#notice:empty").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await run.SendAsync(150);
        await page.Tab.Locator(".flow.moving").Nth(2).WaitForAsync();
        await page.Tab.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"pipeline-{name}.png"), FullPage = width > 390 });
        await page.PressAsync("Send a sample trace");
        await page.Tab.Locator(".waterfall a", new() { HasText = "Model: " }).First.ClickAsync();
        await page.Tab.Locator(".compare").First.WaitForAsync();
        await page.Tab.Locator("#notice:empty").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Tab.SetViewportSizeAsync(width, width > 390 ? 1_080 : 844);
        await page.Tab.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"span-{name}.png") });
    }
}
