using SpanRelay.Doctor;
using SpanRelay.Fakes.Dynatrace;

namespace SpanRelay.Tests.Doctor;

/// <summary>Where a canary ends. One that Dynatrace rejects, and those that are held, are in the end-to-end tests.</summary>
public sealed class CanaryRunTests : IAsyncLifetime
{
    private readonly Deadline _deadline = new();
    private DoctorWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await DoctorWorld.StartAsync(_deadline.Token);

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        _deadline.Dispose();
    }

    [Fact]
    public async Task WithoutATokenForQueriesWhatTheRelayKnowsIsSaid()
    {
        Settle();

        var line = await RunAsync();

        Assert.Equal((CheckMark.Ok, null), (line.Mark, line.Code));
        Assert.Contains("was delivered, as far as the relay can see: its event is settled, and no dead letter has it.", line.Found, StringComparison.Ordinal);
        Assert.EndsWith("Dynatrace was not asked: SPANRELAY_QUERY_TOKEN is not set: set it to a platform token with the scopes storage:spans:read and storage:buckets:read.", line.Found, StringComparison.Ordinal);
        Assert.Equal(1, _world.Hub.CountOf(0) + _world.Hub.CountOf(1) - 1);
    }

    [Fact]
    public async Task ATokenForQueriesThatIsNoneIsSaidAndNotRepeated()
    {
        Settle();
        _world.Settings[SpanQuery.QueryTokenVariable] = "hunter2";

        var line = await RunAsync();

        Assert.Contains("Dynatrace was not asked: SPANRELAY_QUERY_TOKEN ", line.Found, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("an OpenPipeline rule for spans that drops or routes it")]
    [InlineData("a bucket that the query's token may not read")]
    [InlineData("attribute capturing that blocks service.name")]
    [InlineData("the token of another environment than Dynatrace__Environment")]
    [InlineData("a clock (dt.sfm.server.spans.dropped counts spans outside of their time)")]
    public async Task ASpanThatIsDeliveredAndNotFoundIsAWarningThatNamesWhatMayRemoveIt(string reason)
    {
        Settle();
        AllowQueries(DynatraceToken.PlatformSpansScope);

        var line = await RunAsync();

        Assert.Equal(CheckMark.Warning, line.Mark);
        Assert.EndsWith("was delivered, and a query does not find it", line.Found, StringComparison.Ordinal);
        Assert.Contains(reason, line.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AQueryThatIsRefusedIsAWarningWithItsStatusAndTheScopes()
    {
        Settle();
        AllowQueries(DynatraceToken.PlatformIngestScope);

        var line = await RunAsync();

        Assert.Equal(CheckMark.Warning, line.Mark);
        Assert.EndsWith("The query was refused with status 403: does the token in SPANRELAY_QUERY_TOKEN have storage:spans:read and storage:buckets:read, and is it of this environment?", line.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASpanThatNobodyReadsIsHeld()
    {
        var line = await RunAsync();

        Assert.Equal(CheckMark.Failure, line.Mark);
        Assert.Contains("is still held after 0 seconds: its event is not settled, and stays in the Event Hub. No instance of the app has read it, or Dynatrace is slow.", line.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutItsSettingsNoSpanIsSent()
    {
        _world.Settings.Remove("EVENTHUB_NAME");

        Assert.Equal(CheckMark.Skipped, (await RunAsync()).Mark);
        Assert.Equal(0, _world.Hub.CountOf(0) + _world.Hub.CountOf(1));
    }

    /// <summary>An instance has read whatever comes.</summary>
    private void Settle() => _world.Lag(settled: 1_000, TimeSpan.Zero, TimeSpan.Zero);

    private void AllowQueries(string scope)
    {
        var token = DynatraceToken.CreatePlatform(scope);
        _world.Dynatrace.AddToken(token);
        _world.Dynatrace.AnswersQueriesAtOnce = true;
        _world.Settings[SpanQuery.QueryTokenVariable] = token.Value;
    }

    /// <summary>Looks once.</summary>
    private async Task<CheckResult> RunAsync()
    {
        var report = await new CanaryRun(_world.Settings, TimeProvider.System) { Deadline = TimeSpan.Zero }.RunAsync(new DoctorReport([]), _deadline.Token);
        return Assert.Single(report.Checks);
    }
}
