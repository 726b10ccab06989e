namespace SpanRelay.Deploy;

/// <summary>The client for Azure's management API and for the check of a token.</summary>
internal sealed class AzureHttp : IDisposable
{
    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = 4 * 1024 * 1024,
    };

    public void Dispose() => Client.Dispose();
}
