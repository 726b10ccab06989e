using System.Net;

namespace SpanRelay.Infrastructure.Tests.Hooks;

/// <summary>Answers every request with one status, or those for metrics with another.</summary>
internal sealed class DynatraceStandIn : IDisposable
{
    private readonly HttpListener _listener = new();

    public DynatraceStandIn(int status, int? metrics = null)
    {
        for (var tries = 0; !_listener.IsListening; tries++)
            TryStart(tries);
        _ = AnswerAsync(status, metrics ?? status);
    }

    /// <summary>As DYNATRACE_ENVIRONMENT.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The paths that were asked for.</summary>
    public List<string> Paths { get; } = [];

    public void Dispose() => _listener.Close();

    private void TryStart(int tries)
    {
        var port = Random.Shared.Next(20_000, 60_000);
        Address = $"http://127.0.0.1:{port}/e/abc12345";
        _listener.Prefixes.Clear();
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        try
        {
            _listener.Start();
        }
        catch (HttpListenerException) when (tries < 20)
        {
        }
    }

    private async Task AnswerAsync(int status, int metrics)
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                Paths.Add(context.Request.Url!.AbsolutePath);
                context.Response.StatusCode = context.Request.Url.AbsolutePath.EndsWith("/metrics", StringComparison.Ordinal) ? metrics : status;
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
