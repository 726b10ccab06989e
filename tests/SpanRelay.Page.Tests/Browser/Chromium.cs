using Microsoft.Playwright;

namespace SpanRelay.Page.Tests.Browser;

/// <summary>The browser of this machine; none is downloaded. It ends with the test process: its driver sees its input close.</summary>
internal static class Chromium
{
    private const string Variable = "SPANRELAY_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge", "microsoft-edge"];

    public static string? File => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : OnPath();

    /// <summary>Without a browser, the test is skipped, but fails in CI.</summary>
    public static void Require() => Assert.SkipWhen(
        File is null && Environment.GetEnvironmentVariable("CI") != "true", $"There is no {string.Join(", ", Names)} on the PATH, and {Variable} names none.");

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        Assert.NotNull(File);
        string[] arguments = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
        return playwright.Chromium.LaunchAsync(new() { ExecutablePath = File, Args = Environment.UserName == "root" ? [.. arguments, "--no-sandbox"] : arguments });
    }

    private static string? OnPath() => (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        from name in Names
        let file = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name)
        where System.IO.File.Exists(file)
        select file).FirstOrDefault();
}
