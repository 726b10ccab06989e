using System.Net;
using SpanRelay.Dynatrace;
using SpanRelay.Rotation;
using SpanRelay.Tests.Tokens;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Rotation;

/// <summary>A token API that answers 200 with members missing.</summary>
public sealed class EmptyTokenApiTests : IAsyncLifetime
{
    private TokenEnvironment _environment = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ApiToken Token => ApiToken.TryParse(Some.Token, out var token, out var problem) ? token : throw new InvalidOperationException(problem);

    public async ValueTask InitializeAsync() => _environment = await TokenEnvironment.StartAsync();

    public ValueTask DisposeAsync() => _environment.DisposeAsync();

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"apiTokens":null}""")]
    [InlineData("""{"apiTokens":[null,{},{"id":null,"name":"x"}]}""")]
    public async Task AListWithoutItsMembersIsAnEmptyList(string json)
    {
        using var http = new HttpClient(new Fixed(json));
        var api = new TokenApi(Some.EndpointAt(_environment.Dynatrace.BaseAddress.AbsoluteUri), http);

        Assert.Empty(await api.ListAsync(Token, "x", Stop));
    }

    [Fact]
    public async Task AListWithoutAnEndIsGivenUp()
    {
        using var http = new HttpClient(new Fixed("""{"apiTokens":[],"nextPageKey":"more"}"""));
        var api = new TokenApi(Some.EndpointAt(_environment.Dynatrace.BaseAddress.AbsoluteUri), http);

        var failure = await Assert.ThrowsAsync<TokenApiException>(() => api.ListAsync(Token, "x", Stop));

        Assert.Contains("no end", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenCreatedWithoutItsSecretIsAnErrorWithTheNextStep()
    {
        using var http = new HttpClient(new Fixed("{}"));
        var api = new TokenApi(Some.EndpointAt(_environment.Dynatrace.BaseAddress.AbsoluteUri), http);
        using var rotation = new TokenRotation(
            _environment.OpenVault(), _environment.OpenVault(TokenEnvironment.CreatorName), api, _environment.Options, _environment.Time, _environment.RotationLog);

        var failure = await Assert.ThrowsAsync<TokenApiException>(() => rotation.RotateAsync(null, Stop));

        Assert.Contains("delete that token in Dynatrace", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADefectInOnePassOfTheUpkeepIsLoggedAndTheNextPassRuns()
    {
        var handler = new Throwing();
        using var http = new HttpClient(handler);
        var api = new TokenApi(Some.EndpointAt(_environment.Dynatrace.BaseAddress.AbsoluteUri), http);
        var log = new CollectingLogger<TokenCheck>();
        var check = new TokenCheck(_environment.Source(), api, _environment.Options, _environment.Time, log);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var run = check.RunAsync(running.Token);
        await Until(() => log.Lines.Exists(line => line.StartsWith("Error: The upkeep of the token failed", StringComparison.Ordinal)));
        await Until(() =>
        {
            _environment.Time.Advance(_environment.Options.Refresh);
            return handler.Requests > 1;
        });

        await running.CancelAsync();
        await run;
    }

    private static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
    }

    private sealed class Fixed(string json) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json) });
    }

    private sealed class Throwing : HttpMessageHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            throw new InvalidOperationException("a defect");
        }
    }
}
