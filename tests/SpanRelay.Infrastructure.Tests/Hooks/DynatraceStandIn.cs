using System.Net;

namespace SpanRelay.Infrastructure.Tests.Hooks;

/// <summary>Answers every request with one status, or those for metrics with another.</summary>
internal sealed class DynatraceStandIn : IDisposable
{
    private const int MostTries = 20;

    private readonly HttpListener _listener;

    public DynatraceStandIn(int status, int? metrics = null)
    {
        (_listener, Address) = Start();
        _ = AnswerAsync(status, metrics ?? status);
    }

    /// <summary>As DYNATRACE_ENVIRONMENT.</summary>
    public string Address { get; }

    /// <summary>The paths that were asked for.</summary>
    public List<string> Paths { get; } = [];

    public void Dispose() => _listener.Close();

    /// <summary>Tries ports until one is free: the listener cannot choose one. A listener that failed to start cannot be used again.</summary>
    private static (HttpListener Listener, string Address) Start()
    {
        for (var tries = 1; ; tries++)
        {
            var port = Random.Shared.Next(20_000, 60_000);
            var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
            try
            {
                listener.Start();
                return (listener, $"http://127.0.0.1:{port}/e/abc12345");
            }
            catch (HttpListenerException) when (tries < MostTries)
            {
            }
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
