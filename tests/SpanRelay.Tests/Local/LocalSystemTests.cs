using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Hosting;
using SpanRelay.Tests.Fakes.Dynatrace;
using SpanRelay.Tests.Local.Hosting;
using SpanRelay.Tests.Rotation;

namespace SpanRelay.Tests.Local;

public sealed class LocalSystemTests
{
    // A relay without any virtue: every event is posted as it is.
    private const string PassOn = """
        (async () => {
          for (const event of JSON.parse(body.Data.events)) {
            const answer = await fetch(process.env.Dynatrace__Environment + '/api/v2/otlp/v1/traces', {
              method: 'POST', body: Buffer.from(event, 'base64'),
              headers: { Authorization: 'Api-Token ' + process.env.Dynatrace__ApiToken, 'Content-Type': 'application/x-protobuf' } });
            if (answer.status !== 200) { res.statusCode = 500; res.end(); return; }
          }
          ok(res, process.env.Extra, process.env.EVENTHUB.replace(/SharedAccessKey=[^;]+/, 'SharedAccessKey=…'));
        })();
        """;

    [Fact]
    public async Task WhatIsSentToTheDoorArrivesInDynatrace()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create(PassOn);
        var logs = new List<string>();
        await using var system = await LocalSystem.StartAsync(
            new LocalSystemOptions
            {
                FunctionAppFolder = app.Folder,
                UsesKeyVault = false,
                Settings = new Dictionary<string, string> { ["Extra"] = "more" },
                InvocationCompleted = outcome => logs.AddRange(outcome.Logs),
            },
            deadline.Token);

        await SendAsync(system, deadline.Token);
        await system.WhenIdleAsync(deadline.Token);

        Assert.Single(system.Dynatrace!.Spans);
        Assert.Equal(["more", "Endpoint=sb://localhost;SharedAccessKeyName=send;SharedAccessKey=…;UseDevelopmentEmulator=true"], logs);
    }

    [Fact]
    public async Task ARelayKilledBeforeItsAnswerDeliversAgain()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create(PassOn);
        await using var system = await LocalSystem.StartAsync(new LocalSystemOptions { FunctionAppFolder = app.Folder, UsesKeyVault = false }, deadline.Token);
        system.Dynatrace!.OnRequest = (_, _) =>
        {
            if (system.Dynatrace.Requests.Count == 1)
                system.Host.Kill();
            return ValueTask.CompletedTask;
        };

        await SendAsync(system, deadline.Token);
        await system.WhenIdleAsync(deadline.Token);

        Assert.Equal(2, system.Dynatrace.Spans.Count);
    }

    [Fact]
    public async Task AStartThatFailsHalfWayLeavesNothingRunning()
    {
        using var deadline = new Deadline();
        using var app = HandlerApp.Create("", start: "fs.writeFileSync('port', process.env.Dynatrace__Environment); process.exit(1);");
        await Assert.ThrowsAsync<LocalSystemException>(() => LocalSystem.StartAsync(new LocalSystemOptions { FunctionAppFolder = app.Folder, UsesKeyVault = false }, deadline.Token));
        using var client = new HttpClient(new SocketsHttpHandler());
        var dynatrace = new Uri(await File.ReadAllTextAsync(Path.Combine(app.Folder, "port"), deadline.Token));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(dynatrace, deadline.Token));
    }

    [Fact]
    public void TheFolderIsTheOptionBeforeTheVariableBeforeTheDefault()
    {
        var (one, other) = (Path.GetTempPath(), AppContext.BaseDirectory);
        Assert.Equal(one, FunctionAppFolder.Find(one, other));
        Assert.Equal(other, FunctionAppFolder.Find(null, other));
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "function-app"), FunctionAppFolder.Find(null, null));
    }

    [Fact]
    public void AFolderThatIsNotThereIsNamedWithWhereItsNameCameFrom()
    {
        var failure = Assert.Throws<LocalSystemException>(() => FunctionAppFolder.Find(null, "/not/there"));
        Assert.Equal(
            "The function app's folder /not/there (the environment variable SPANRELAY_FUNCTION_APP) does not exist. Build the solution, or name the folder of a built function app with SPANRELAY_FUNCTION_APP.",
            failure.Message);
    }

    [Fact]
    public async Task ARealEnvironmentNeedsItsToken()
    {
        var options = new LocalSystemOptions { DynatraceEnvironment = "abc12345" };
        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => LocalSystem.StartAsync(options, TestContext.Current.CancellationToken));
        Assert.Contains("Dynatrace__ApiToken", failure.Message, StringComparison.Ordinal);
    }

    private static async Task SendAsync(LocalSystem system, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, system.Door.SendAddress);
        request.Content = new ByteArrayContent(SomeSpans.Ended(TimeProvider.System.GetUtcNow()).ToByteArray());
        request.Headers.TryAddWithoutValidation("Authorization", system.Door.CreateSharedAccessSignature(TimeSpan.FromHours(1)));
        using var answer = await client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
