using System.Net;
using SpanRelay.Dynatrace;
using SpanRelay.Local.Hosting;

namespace SpanRelay.Tests.Local.Hosting;

public sealed class HttpTriggerTests
{
    private const string Echo = """
        res.statusCode = 202;
        res.setHeader('X-Response', req.headers['x-question'] ?? '');
        res.end(JSON.stringify({ url: req.url, method: req.method, key: req.headers['x-functions-key'] ?? null, id: /^[0-9a-f-]{36}$/.test(req.headers['x-azure-functions-invocationid']), host: req.headers['x-azure-functions-hostversion'], body }));
        """;

    [Fact]
    public async Task TheRequestIsHandedOnAsItCameAndSoIsTheAnswer()
    {
        using var deadline = new Deadline();
        using var app = App("admin");
        await using var http = await HttpTrigger.StartAsync(deadline.Token);
        await using var running = new RunningHost(app) { MoreTriggers = [http] };
        await running.StartAsync(deadline.Token);

        using var answer = await SendAsync(http, HttpMethod.Post, "dead-letters/replay?a=%2F", http.MasterKey, deadline.Token);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("why", Assert.Single(answer.Headers.GetValues("X-Response")));
        Assert.Equal(
            """{"url":"/dead-letters/replay?a=%2F","method":"POST","key":null,"id":true,"host":"4.0.0.0","body":{"n":1}}""",
            await answer.Content.ReadAsStringAsync(deadline.Token));
        Assert.Equal(("Replay", true), Assert.Single(running.Outcomes) is var outcome ? (outcome.FunctionName, outcome.Succeeded) : default);
    }

    [Theory]
    [InlineData("admin", "", 401)]
    [InlineData("admin", "function", 401)]
    [InlineData("admin", "master", 202)]
    [InlineData("Admin", "function", 401)]
    [InlineData("function", "", 401)]
    [InlineData("function", "wrong", 401)]
    [InlineData("function", "function", 202)]
    [InlineData("function", "master", 202)]
    [InlineData("anonymous", "", 202)]
    public async Task WithoutTheRightKeyNothingIsHandedOn(string level, string key, int status)
    {
        using var deadline = new Deadline();
        using var app = App(level);
        await using var http = await HttpTrigger.StartAsync(deadline.Token);
        await using var running = new RunningHost(app) { MoreTriggers = [http] };
        await running.StartAsync(deadline.Token);

        using var answer = await SendAsync(http, HttpMethod.Post, "dead-letters/replay", key switch { "master" => http.MasterKey, "function" => http.FunctionKey, _ => key }, deadline.Token);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 202 ? 1 : 0, running.Outcomes.Count);
    }

    [Fact]
    public async Task TheKeyMayStandInTheAddressAndTheRoutesPrefixIsThatOfHostJson()
    {
        using var deadline = new Deadline();
        using var app = App("function");
        await using var http = await HttpTrigger.StartAsync(deadline.Token);
        await using var running = new RunningHost(app)
        {
            MoreTriggers = [http],
            MoreSettings = new Dictionary<string, string> { ["AzureFunctionsJobHost__extensions__http__routePrefix"] = "letters/" },
        };
        await running.StartAsync(deadline.Token);

        using var answer = await SendAsync(http, HttpMethod.Post, $"letters/dead-letters/replay?code={http.FunctionKey}", "", deadline.Token);
        using var without = await SendAsync(http, HttpMethod.Post, $"dead-letters/replay?code={http.FunctionKey}", "", deadline.Token);

        Assert.Equal((202, 404), ((int)answer.StatusCode, (int)without.StatusCode));
    }

    [Fact]
    public async Task OtherRoutesAndMethodsAreNotThere()
    {
        using var deadline = new Deadline();
        using var app = App("anonymous");
        await using var http = await HttpTrigger.StartAsync(deadline.Token);
        await using var running = new RunningHost(app) { MoreTriggers = [http] };
        await running.StartAsync(deadline.Token);

        using var elsewhere = await SendAsync(http, HttpMethod.Post, "ForwardSpans", http.MasterKey, deadline.Token);
        using var otherwise = await SendAsync(http, HttpMethod.Put, "dead-letters/replay", http.MasterKey, deadline.Token);

        Assert.Equal((404, 405), ((int)elsewhere.StatusCode, (int)otherwise.StatusCode));
    }

    [Fact]
    public async Task TheKeyMayBeInTheQuery()
    {
        using var deadline = new Deadline();
        using var app = App("admin");
        await using var http = await HttpTrigger.StartAsync(deadline.Token);
        await using var running = new RunningHost(app) { MoreTriggers = [http] };
        await running.StartAsync(deadline.Token);

        using var answer = await SendAsync(http, HttpMethod.Post, $"dead-letters/replay?code={http.MasterKey}", "", deadline.Token);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task WithoutARoutePrefixInHostJsonItIsApi()
    {
        using var deadline = new Deadline();
        using var app = App("anonymous");
        var host = await File.ReadAllTextAsync(Path.Combine(app.Folder, "host.json"), deadline.Token);
        app.Write("host.json", host.Replace("""{ "routePrefix": "" }""", "{}", StringComparison.Ordinal));
        await using var http = await HttpTrigger.StartAsync(deadline.Token);
        await using var running = new RunningHost(app) { MoreTriggers = [http] };
        await running.StartAsync(deadline.Token);

        using var answer = await SendAsync(http, HttpMethod.Post, "api/dead-letters/replay", "", deadline.Token);
        using var elsewhere = await SendAsync(http, HttpMethod.Post, "dead-letters/replay", "", deadline.Token);

        Assert.Equal((202, 404), ((int)answer.StatusCode, (int)elsewhere.StatusCode));
        Assert.StartsWith("""{"url":"/api/dead-letters/replay",""", await answer.Content.ReadAsStringAsync(deadline.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsRunningAtTheStopIsWaitedForAndNothingNewIsTaken()
    {
        using var deadline = new Deadline();
        using var app = App("anonymous", """
            fs.writeFileSync('seen', '');
            const watch = setInterval(() => { if (fs.existsSync('go')) { clearInterval(watch); res.end('done'); } }, 10);
            """);
        await using var http = await HttpTrigger.StartAsync(deadline.Token);
        await using var running = new RunningHost(app) { MoreTriggers = [http] };
        await running.StartAsync(deadline.Token);
        var sending = SendAsync(http, HttpMethod.Post, "dead-letters/replay", "", deadline.Token);
        while (!File.Exists(Path.Combine(app.Folder, "seen")))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);

        var stop = running.Host.DisposeAsync().AsTask();
        using var late = await SendAsync(http, HttpMethod.Post, "dead-letters/replay", "", deadline.Token);
        app.Write("go", "");
        using var answer = await sending;
        await stop;

        Assert.Equal("done", await answer.Content.ReadAsStringAsync(deadline.Token));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.True(Assert.Single(running.Outcomes).Succeeded);
    }

    [Theory]
    [InlineData("process.exit(1);", "connection to the handler broke")]
    [InlineData("/* never answers */", "functionTimeout")]
    public async Task WhenTheHandlerDoesNotAnswerTheInvocationFails(string handle, string reason)
    {
        using var deadline = new Deadline();
        using var app = App("anonymous", handle, functionTimeout: "00:00:00.3000000");
        await using var http = await HttpTrigger.StartAsync(deadline.Token);
        await using var running = new RunningHost(app) { MoreTriggers = [http] };
        await running.StartAsync(deadline.Token);

        using var answer = await SendAsync(http, HttpMethod.Post, "dead-letters/replay", "", deadline.Token);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains(reason, Assert.Single(running.Outcomes).Reply.Reason, StringComparison.Ordinal);
        await running.Host.WhenReadyAsync(deadline.Token);
    }

    private static HandlerApp App(string level, string handle = Echo, string functionTimeout = "00:00:30")
    {
        var app = HandlerApp.Create(handle, functionTimeout: functionTimeout);
        app.Write("Replay/function.json", $$"""
            {
              "bindings": [
                { "type": "httpTrigger", "direction": "in", "name": "request", "authLevel": "{{level}}", "methods": ["post"], "route": "dead-letters/replay" },
                { "type": "http", "direction": "out", "name": "response" }
              ]
            }
            """);
        return app;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpTrigger http, HttpMethod method, string path, string key, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(method, new Uri(http.Address, path)) { Content = new StringContent("""{"n":1}""") };
        request.Headers.Add("x-question", "why");
        if (key.Length > 0)
            request.Headers.Add("x-functions-key", key);
        return await client.SendAsync(request, cancellationToken);
    }
}
