using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace SpanRelay.Benchmarks.Workers;

/// <summary>A custom handler, as the function app was before it became an isolated worker, fed with JSON over HTTP.</summary>
internal sealed class CustomHandler : IMeasuredApp
{
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly string _address;

    private CustomHandler(Process process, HttpClient client, string address) => (_process, _client, _address) = (process, client, address);

    public int ProcessId => _process.Id;

    /// <summary>Completes when it responds.</summary>
    public static async Task<CustomHandler> StartAsync(string folder, IReadOnlyDictionary<string, string> settings)
    {
        using var host = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "host.json")));
        var executable = host.RootElement.GetProperty("customHandler").GetProperty("description").GetProperty("defaultExecutablePath").GetString()!;
        var port = FreePort();
        var start = new ProcessStartInfo(Path.Combine(folder, executable)) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var handler = new CustomHandler(process, new HttpClient(new SocketsHttpHandler { UseProxy = false }), $"http://127.0.0.1:{port}/");
        while (!await handler.RespondsAsync())
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        return handler;
    }

    public async Task ForwardAsync(IReadOnlyList<byte[]> events)
    {
        // Arrays are texts that hold JSON; bodies are in base64.
        var invocation = new { Data = new { events = JsonSerializer.Serialize(events) }, Metadata = new { } };
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(invocation));
        content.Headers.ContentType = new("application/json");
        using var response = await _client.PostAsync(new Uri(_address + "ForwardSpans"), content);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
    }

    private async Task<bool> RespondsAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"The custom handler exited with code {_process.ExitCode}.");
        try
        {
            using var response = await _client.GetAsync(new Uri(_address));
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
