using SpanRelay.Dynatrace;

namespace SpanRelay.Local.Hosting;

/// <summary>Posts invocations to the handler, wherever it listens at the moment.</summary>
public sealed class Invoker : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly TimeSpan _functionTimeout;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationToken _killed;

    internal Invoker(TimeSpan functionTimeout, TimeProvider timeProvider, CancellationToken killed)
    {
        _functionTimeout = functionTimeout;
        _timeProvider = timeProvider;
        _killed = killed;
    }

    /// <summary>Set before the first invocation; listeners are made, and their settings looked at, before it is started.</summary>
    internal HandlerProcess? Handler { get; set; }

    /// <summary>Waits until the handler runs, then for the invocation's end: a reply, a broken connection or functionTimeout.</summary>
    /// <param name="function">Its folder's name.</param>
    /// <param name="envelope">Read once; disposed.</param>
    /// <param name="stopping">Ends the wait for the handler; an invocation that was sent is not cut off by it.</param>
    /// <exception cref="OperationCanceledException">Stopped before it was sent.</exception>
    /// <exception cref="LocalSystemException">The handler is not started any more.</exception>
    public async Task<InvocationReply> InvokeAsync(string function, HttpContent envelope, CancellationToken stopping)
    {
        var address = await Handler!.WhenReadyAsync(stopping);
        using var timeout = new CancellationTokenSource(_functionTimeout, _timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _killed);
        using var request = CreateRequest(new Uri(address, function), envelope);
        try
        {
            var reply = await SendAsync(request, end.Token);
            if (reply.Verdict == InvocationVerdict.Hanging) await Task.Delay(Timeout.InfiniteTimeSpan, _timeProvider, end.Token);
            return reply;
        }
        catch (HttpRequestException exception)
        {
            return InvocationReply.Failed(null, $"The connection to the handler broke: {exception.Message}");
        }
        catch (OperationCanceledException) when (_killed.IsCancellationRequested)
        {
            return InvocationReply.Failed(null, "The host was stopped before the handler replied.");
        }
        catch (OperationCanceledException)
        {
            Handler.Restart(address);
            return InvocationReply.Failed(null, $"The invocation did not end within {_functionTimeout} (functionTimeout in host.json); the handler was killed.");
        }
    }

    /// <summary>Waits until the handler runs.</summary>
    /// <returns>Its address.</returns>
    internal Task<Uri> WhenReadyAsync(CancellationToken cancellationToken) => Handler!.WhenReadyAsync(cancellationToken);

    /// <summary>What tells a handler that its host calls, and for which invocation.</summary>
    internal static void AddInvocationHeaders(HttpRequestMessage request)
    {
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.0.0.0");
    }

    /// <summary>Has the handler at the address killed, whose invocation does not end, and started anew.</summary>
    internal void Restart(Uri address) => Handler!.Restart(address);

    /// <summary>Closes idle connections.</summary>
    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage CreateRequest(Uri address, HttpContent envelope)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = envelope };
        AddInvocationHeaders(request);
        request.Headers.Add("User-Agent", "Azure-Functions-Host/4.0.0.0");
        request.Headers.TransferEncodingChunked = true;
        return request;
    }

    private async Task<InvocationReply> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await _client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
        return InvocationReply.Judge((int)response.StatusCode, contentType, body);
    }
}
