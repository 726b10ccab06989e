using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Redaction.Detectors.Credentials;
using SpanRelay.Telemetry;
using SpanRelay.Tests.Telemetry;
using SpanRelay.Tests.Tokens;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Dynatrace;

public sealed class TokenCheckTests : IAsyncLifetime
{
    private readonly CollectingLogger<TokenCheck> _log = new();
    private TokenEnvironment _environment = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _environment = await TokenEnvironment.StartAsync();

    public ValueTask DisposeAsync() => _environment.DisposeAsync();

    [Fact]
    public async Task FromFourteenDaysOnItWarnsOnceADay()
    {
        _environment.Write(DynatraceToken.CreateClassic(), expiresOn: _environment.Time.GetUtcNow().AddDays(15));
        var check = Create();

        Assert.Equal(15, (await check.CheckAsync(Stop))!.Value, 3);
        Assert.Empty(_log.Lines);
        _environment.Time.Advance(TimeSpan.FromDays(2));
        await check.CheckAsync(Stop);
        await check.CheckAsync(Stop);
        Assert.StartsWith("Warning: The token expires in 12 days: version ", Assert.Single(_log.Lines), StringComparison.Ordinal);
        _environment.Time.Advance(TimeSpan.FromDays(1));
        await check.CheckAsync(Stop);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task OfBothExpiriesTheEarlierCountsAndIsMeasured()
    {
        var token = DynatraceToken.CreateClassic();
        _environment.Dynatrace.AddToken(token, _environment.Time.GetUtcNow().AddDays(20));
        _environment.Write(token, isKnown: false, expiresOn: _environment.Time.GetUtcNow().AddDays(40));
        using var metrics = CollectedMetrics.Start();
        var check = Create();

        var days = await check.CheckAsync(Stop);

        Assert.Equal(20, days!.Value, 3);
        Assert.Equal([days.Value], metrics.Values(RelayMetrics.TokenDaysLeft));
    }

    [Fact]
    public async Task AMissingScopeIsNamed()
    {
        _environment.Write(DynatraceToken.CreateClassic("metrics.read"));
        var check = Create();

        await check.CheckAsync(Stop);

        Assert.StartsWith(
            "Warning: The token lacks the scope openTelemetryTrace.ingest, which sending spans needs; it has metrics.read.", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task TheScopeForMetricsIsMissedOnlyWhereMetricsAreSent(bool sendsMetrics, int warnings)
    {
        _environment.Options = new TokenOptions { SendsMetrics = sendsMetrics };
        _environment.Write(DynatraceToken.CreateClassic());

        await Create().CheckAsync(Stop);

        Assert.Equal(warnings, _log.Lines.Count(line => line.StartsWith(
            "Warning: The token lacks the scope metrics.ingest, which sending metrics (GenAi__Metrics) needs; it has openTelemetryTrace.ingest. Version ", StringComparison.Ordinal)));
        Assert.Equal(warnings, _log.Lines.Count);
    }

    [Fact]
    public async Task WhereTheLookupIsRefusedTheSecretsExpiryCounts()
    {
        _environment.Dynatrace.HasTokenApi = false;
        _environment.Write(DynatraceToken.CreateClassic(), expiresOn: _environment.Time.GetUtcNow().AddDays(40));
        var check = Create();

        Assert.Equal(40, (await check.CheckAsync(Stop))!.Value, 3);
        Assert.StartsWith("Information: Dynatrace's token lookup failed for version ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterALookupThatGotNoResponseTheScopeIsCheckedWithinMinutes()
    {
        _environment.Write(DynatraceToken.CreateClassic("metrics.read"));
        var offline = true;
        using var http = new HttpClient(new Flaky(() => offline));
        var check = new TokenCheck(
            _environment.Source(), new TokenApi(Some.EndpointAt(_environment.Dynatrace.BaseAddress.AbsoluteUri), http),
            _environment.Options, _environment.Time, _log);
        await check.CheckAsync(Stop);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("lacks the scope", StringComparison.Ordinal));

        offline = false;
        _environment.Time.Advance(TimeSpan.FromMinutes(5));
        await check.CheckAsync(Stop);

        Assert.Contains(_log.Lines, line => line.Contains("lacks the scope openTelemetryTrace.ingest", StringComparison.Ordinal));
    }

    private sealed class Flaky(Func<bool> isOffline) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            isOffline() ? throw new HttpRequestException("offline") : base.SendAsync(request, cancellationToken);
    }

    private TokenCheck Create() => new(
        _environment.Source(), _environment.Api(), _environment.Options, _environment.Time, _log);
}
