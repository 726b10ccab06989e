using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SpanRelay.Dynatrace;
using SpanRelay.Local.Hosting;
using SpanRelay.Tokens;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The function app's executable on its own, without a host: killed when disposed.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private static readonly string[] Sections = ["Dynatrace__", "Redaction__", "Relay__", "EVENTHUB", "AzureWebJobs"];
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Process _process;
    private readonly Task _reading;

    private RelayProcess(Process process, Uri address)
    {
        _process = process;
        _client.BaseAddress = address;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, isError: false), ReadAsync(process.StandardError, isError: true));
    }

    public CollectedOutput Output { get; } = new();

    public bool IsRunning => !_process.HasExited;

    public static RelayProcess Start(IReadOnlyDictionary<string, string> settings)
    {
        var app = FunctionAppUnderTest.Read();
        var port = FreePort();
        var start = new ProcessStartInfo(app.Executable)
        {
            WorkingDirectory = app.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        return new RelayProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}/"));
    }

    /// <summary>Completes when it answers.</summary>
    public async Task WhenReadyAsync(CancellationToken cancellationToken)
    {
        while (!await AnswersAsync(cancellationToken))
        {
            Assert.True(IsRunning, $"The function app ended: {string.Join('\n', Output.Errors)}");
            await Task.Delay(PollInterval, TimeProvider.System, cancellationToken);
        }
    }

    /// <returns>The exit code, when all that it wrote was read.</returns>
    public async Task<int> WhenExitedAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Invokes ForwardSpans as the Functions host does.</summary>
    public Task<HttpResponseMessage> InvokeAsync(string envelope, CancellationToken cancellationToken, bool chunked = true)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "ForwardSpans")
        {
            Content = new StringContent(envelope, Encoding.UTF8, "application/json"),
            Headers = { { "X-Azure-Functions-InvocationId", Guid.NewGuid().ToString() }, { "X-Azure-Functions-HostVersion", "4.0.0.0" } },
        };
        request.Headers.TransferEncodingChunked = chunked;
        return _client.SendAsync(request, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private static bool IsSetting(string variable) =>
        Sections.Any(section => variable.StartsWith(section, StringComparison.OrdinalIgnoreCase));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri("", UriKind.Relative), cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task ReadAsync(StreamReader reader, bool isError)
    {
        while (await reader.ReadLineAsync() is { } line)
            Output.Add(new HandlerOutput(line, isError));
    }
}
