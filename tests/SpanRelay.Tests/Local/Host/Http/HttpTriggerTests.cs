using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using SpanRelay.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Host.Http;
using SpanRelay.Tests.Local.Host.Worker;

namespace SpanRelay.Tests.Local.Host.Http;

/// <summary>A real worker behind the host's HTTP address.</summary>
public sealed class HttpTriggerTests : IAsyncLifetime
{
    private readonly Deadline _deadline = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private HttpTrigger? _http;

    private HttpTrigger Trigger => _http!;

    public async ValueTask InitializeAsync() => _http = await HttpTrigger.StartAsync(_deadline.Token);

    public async ValueTask DisposeAsync()
    {
        await Trigger.DisposeAsync();
        _client.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task TheFunctionGetsTheRequestAndTheCallerItsResponse()
    {
        await using var running = await StartAsync();

        using var answer = await SendAsync(HttpMethod.Post, "open/door?q=a%20b", body: "log hello");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("POST /open/door?q=a%20b a b log hello", await answer.Content.ReadAsStringAsync(_deadline.Token));
        Assert.Equal("mine", Assert.Single(answer.Headers.GetValues("x-seen")));
        var outcome = Assert.Single(running.Outcomes);
        Assert.Equal("Open", outcome.FunctionName);
        Assert.Equal(202, outcome.Status);
        Assert.Equal("hello", Assert.Single(outcome.Logs));
    }

    [Fact]
    public async Task OnlyTheRightKeyInvokesAFunction()
    {
        await using var running = await StartAsync();
        var statuses = new List<int>();
        foreach (var path in new[] { "admin-only", "Keyed", "open/door" })
        {
            foreach (var key in new[] { "", "wrong", Trigger.FunctionKey, Trigger.MasterKey })
            {
                using var answer = await SendAsync(HttpMethod.Post, path, key);
                statuses.Add((int)answer.StatusCode);
            }
        }

        Assert.Equal([401, 401, 401, 202, 401, 401, 202, 202, 202, 202, 202, 202], statuses);
        Assert.Equal(7, running.Outcomes.Count);
    }

    [Fact]
    public async Task TheKeyMayBeInTheQuery()
    {
        await using var running = await StartAsync();

        using var answer = await SendAsync(HttpMethod.Post, $"Keyed?code={Trigger.FunctionKey}");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task OtherRoutesAndMethodsAreNotThere()
    {
        await using var running = await StartAsync();

        using var elsewhere = await SendAsync(HttpMethod.Post, "Forward", Trigger.MasterKey);
        using var otherwise = await SendAsync(HttpMethod.Put, "open/door");

        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, otherwise.StatusCode);
        Assert.Empty(running.Outcomes);
    }

    [Fact]
    public async Task TheRoutePrefixIsThatOfHostJson()
    {
        await using var running = await StartAsync(new() { ["AzureFunctionsJobHost__extensions__http__routePrefix"] = "some/" });

        using var answer = await SendAsync(HttpMethod.Post, "some/open/door");
        using var without = await SendAsync(HttpMethod.Post, "open/door");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, without.StatusCode);
    }

    [Fact]
    public async Task AThrowingFunctionAnswers500WithoutItsMessage()
    {
        await using var running = await StartAsync();

        using var answer = await SendAsync(HttpMethod.Post, "open/door", body: "throw");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync(_deadline.Token));
        Assert.Equal("System.InvalidOperationException: thrown as told", Assert.Single(running.Outcomes).Reason);
    }

    [Fact]
    public async Task ABodyBeyondTheHostsLimitIsRefused()
    {
        await using var running = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Trigger.Address, "open/door"))
        {
            Content = new StreamContent(new MemoryStream(new byte[HttpGateway.MaxBodyBytes + 1])),
        };

        using var answer = await _client.SendAsync(request, _deadline.Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(running.Outcomes);
    }

    [Fact]
    public async Task ABodyThatStallsEndsWith408()
    {
        await using var running = await StartAsync();
        using var connection = new TcpClient();
        await connection.ConnectAsync(Trigger.Address.Host, Trigger.Address.Port, _deadline.Token);
        await using var stream = connection.GetStream();
        await stream.WriteAsync("POST /open/door HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n"u8.ToArray(), _deadline.Token);

        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 408", await reader.ReadLineAsync(_deadline.Token), StringComparison.Ordinal);
        Assert.Empty(running.Outcomes);
    }

    [Fact]
    public async Task RequestsBeyondTheLimitOfHostJsonAreRefused()
    {
        await using var running = await StartAsync(new() { ["AzureFunctionsJobHost__extensions__http__maxOutstandingRequests"] = "0" });

        using var answer = await SendAsync(HttpMethod.Post, "open/door");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Empty(running.Outcomes);
    }

    [Fact]
    public async Task AfterTheStopNothingIsInvoked()
    {
        await using var running = await StartAsync();
        await running.Host.DisposeAsync();

        using var answer = await SendAsync(HttpMethod.Post, "open/door");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task TheAdminAddressRunsATimerNowForTheMasterKeyAlone()
    {
        await using var running = await StartAsync();
        Trigger.InvokeNow = running.Host.TryInvokeNow;

        using var withoutKey = await SendAsync(HttpMethod.Post, "admin/functions/Tick", Trigger.FunctionKey);
        using var unknown = await SendAsync(HttpMethod.Post, "admin/functions/Other", Trigger.MasterKey);
        using var wrongMethod = await SendAsync(HttpMethod.Get, "admin/functions/Tick", Trigger.MasterKey);
        using var elsewhere = await SendAsync(HttpMethod.Post, "admin/host", Trigger.MasterKey);
        Assert.Empty(running.Outcomes);
        using var answer = await SendAsync(HttpMethod.Post, "admin/functions/Tick", Trigger.MasterKey);
        await running.Host.WhenAsync(() => !running.Outcomes.IsEmpty, _deadline.Token);

        Assert.Equal([401, 404, 405, 404, 202], new[] { withoutKey, unknown, wrongMethod, elsewhere, answer }.Select(each => (int)each.StatusCode));
        Assert.StartsWith("tick False ", Assert.Single(Assert.Single(running.Outcomes).Logs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARouteWithAParameterIsRefusedAtTheStart()
    {
        var worker = new FakeWorker
        {
            Functions = [new() { Name = "Get", FunctionId = "1", RawBindings = { """{"name":"request","type":"httpTrigger","route":"letters/{id}"}""" } }],
        };
        await using var running = new RunningHost { StartWorker = worker.Start, Triggers = [Trigger] };

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(_deadline.Token));

        Assert.Equal("Get: the route \"letters/{id}\" has a parameter; only fixed routes are supported on one machine.", failure.Message);
    }

    private async Task<RunningHost> StartAsync(Dictionary<string, string>? settings = null)
    {
        var running = new RunningHost { Triggers = [Trigger], Settings = settings ?? [] };
        await running.StartAsync(_deadline.Token);
        return running;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string key = "", string body = "")
    {
        using var request = new HttpRequestMessage(method, new Uri(Trigger.Address, path)) { Content = new StringContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        request.Headers.Add("x-own", "mine");
        if (key.Length > 0) request.Headers.Add("x-functions-key", key);
        return await _client.SendAsync(request, _deadline.Token);
    }
}
