using System.Text;
using Google.Protobuf;
using Microsoft.Playwright;
using SpanRelay.Cli.Run;
using SpanRelay.EndToEnd.Tests;
using SpanRelay.Local;
using SpanRelay.Local.EventHub;
using SpanRelay.Local.Host;
using Spectre.Console;

namespace SpanRelay.Page.Tests.Browser;

/// <summary>One run for all tests in a browser, one after the other.</summary>
[CollectionDefinition(nameof(PageRun))]
public sealed class PageRunTests : ICollectionFixture<PageRun>;

/// <summary><c>spanrelay run</c> in this process, which it does not outlive, and a browser.</summary>
public sealed class PageRun : IAsyncLifetime
{
    /// <summary>Generous: a slow machine must not fail a test.</summary>
    public const int TimeoutMilliseconds = 180_000;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("spanrelay-test-");
    private readonly CancellationTokenSource _stop = new();
    private readonly CollectedOutput _output = new();
    private Task<int> _running = Task.FromResult(0);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A real environment to deliver to, with its token; null for the stand-in.</summary>
    internal (string Address, string Token)? Environment { get; init; }

    /// <summary>As it was printed, with the key.</summary>
    public Uri Address { get; private set; } = new("about:blank");

    public async ValueTask InitializeAsync()
    {
        using var deadline = new Deadline();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(new LineWriter(_output)), Interactive = InteractionSupport.No });
        console.Profile.Width = 5_000;
        var options = new RunOptions { StorageFolder = Path.Combine(_data.FullName, "storage"), SampleDuration = TimeSpan.FromSeconds(3), DynatraceEnvironment = Environment?.Address, DynatraceToken = Environment?.Token };
        _running = new RunSession(console, options).RunAsync(_stop.Token);
        await Task.WhenAny(_running, _output.WhenWrittenAsync(line => line.Line.StartsWith("The header is valid", StringComparison.Ordinal), deadline.Token));
        var printed = _output.Lines.Select(line => line.Line).FirstOrDefault(line => line.StartsWith("Page ", StringComparison.Ordinal));
        Assert.True(printed is not null, string.Join('\n', _output.Lines.Select(line => line.Line)));
        Address = new Uri(printed["Page ".Length..].Trim());
        if (Chromium.File is null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>Opens the printed address.</summary>
    internal async Task<OpenPage> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light, bool hasScript = true)
    {
        Chromium.Require();
        Assert.NotNull(_browser);
        var context = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = scheme, JavaScriptEnabled = hasScript });
        context.SetDefaultTimeout(TimeoutMilliseconds);
        var page = new OpenPage(context, await context.NewPageAsync(), new Uri(Address.GetLeftPart(UriPartial.Authority)));
        await page.Tab.GotoAsync(Address.AbsoluteUri);
        await page.Tab.Locator("#pipeline").WaitForAsync();
        return page;
    }

    /// <summary>Sends sample traces as a gateway does.</summary>
    internal async Task SendAsync(int traces)
    {
        var system = SystemFile.Read(Path.Combine(_data.FullName, "storage"))!;
        var key = system.Settings["EVENTHUB"].Split(';').Single(part => part.StartsWith("SharedAccessKey=", StringComparison.Ordinal))["SharedAccessKey=".Length..];
        var signature = SharedAccessSignature.Create(new Uri(system.SendAddress!.AbsoluteUri.Replace("/messages", "", StringComparison.Ordinal)), "send", key, TimeProvider.System.GetUtcNow().AddHours(1));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        for (var number = 0; number < traces; number++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, system.SendAddress) { Content = new ByteArrayContent(SampleTrace.Export([new SampleTrace(TimeProvider.System.GetUtcNow(), number)]).ToByteArray()) };
            request.Headers.TryAddWithoutValidation("Authorization", signature);
            using var answer = await http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }
    }

    private sealed class LineWriter(CollectedOutput output) : TextWriter
    {
        private readonly StringBuilder _line = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_line)
            {
                if (value != '\n')
                {
                    _line.Append(value);
                    return;
                }

                output.Add(new WorkerOutput(_line.ToString().TrimEnd('\r')));
                _line.Clear();
            }
        }
    }
}
