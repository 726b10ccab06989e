using System.Net;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Tests.Tokens;

namespace SpanRelay.Tests.Dynatrace;

public sealed class DeadlineTests : IAsyncLifetime
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(15);

    private TokenEnvironment _environment = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _environment = await TokenEnvironment.StartAsync();

    public ValueTask DisposeAsync() => _environment.DisposeAsync();

    [Fact]
    public async Task ARefusedExportIsNotSentAgainWhenNoAttemptFitsBeforeTheDeadline()
    {
        using var dynatrace = new SlowDynatrace(_environment, TimeSpan.FromSeconds(12));
        using var client = await CreateAsync(dynatrace);

        var response = await client.SendAsync(new byte[] { 1 }, AttemptTimeout, Stop);

        Assert.Equal(401, response.Status);
        Assert.Equal(1, dynatrace.Requests);
    }

    [Fact]
    public async Task ARefusedExportIsSentAgainWhileAnAttemptFits()
    {
        using var dynatrace = new SlowDynatrace(_environment, TimeSpan.FromSeconds(2));
        using var client = await CreateAsync(dynatrace);

        var response = await client.SendAsync(new byte[] { 1 }, AttemptTimeout, Stop);

        Assert.Equal(200, response.Status);
        Assert.Equal(2, dynatrace.Requests);
    }

    [Fact]
    public async Task BothSendsTogetherEndAtTheDeadline()
    {
        using var dynatrace = new SlowDynatrace(_environment, TimeSpan.FromSeconds(8)) { HangsAtSecond = true };
        using var client = await CreateAsync(dynatrace);
        var started = _environment.Time.GetUtcNow();

        var sending = client.SendAsync(new byte[] { 1 }, AttemptTimeout, Stop);
        await dynatrace.Hanging.Task.WaitAsync(Stop);
        _environment.Time.Advance(started + AttemptTimeout - _environment.Time.GetUtcNow());
        var response = await sending;

        Assert.Equal(FailureKind.TimedOut, response.Failure);
        Assert.Equal(started + AttemptTimeout, _environment.Time.GetUtcNow());
    }

    [Fact]
    public async Task AConnectionThatIsNotEstablishedInTimeIsNamed()
    {
        var options = Some.Dynatrace();
        var handler = DynatraceClient.CreateHandler(options);
        handler.ConnectTimeout = TimeSpan.FromMilliseconds(50);
        handler.ConnectCallback = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return Stream.Null;
        };
        using var client = new DynatraceClient(options, handler: handler);

        var response = await client.SendAsync(new byte[] { 1 }, TimeSpan.FromMinutes(1), Stop);

        Assert.Equal(FailureKind.ConnectTimedOut, response.Failure);
        Assert.Equal(Outcome.RetryLater, response.Outcome);
    }

    /// <summary>A client whose token has a newer version in the vault.</summary>
    private async Task<DynatraceClient> CreateAsync(HttpMessageHandler handler)
    {
        var source = _environment.Source();
        await source.GetAsync(Stop);
        _environment.Time.Advance(TimeSpan.FromMinutes(1));
        _environment.Write(DynatraceToken.CreateClassic());
        return new DynatraceClient(Some.Dynatrace(), source, _environment.Time, handler);
    }

    /// <summary>Refuses the first token, after the given time, and accepts any other.</summary>
    private sealed class SlowDynatrace(TokenEnvironment environment, TimeSpan delay) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        public bool HangsAtSecond { get; init; }

        public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            if (Requests == 1)
            {
                environment.Time.Advance(delay);
                return new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("no") };
            }

            if (HangsAtSecond)
            {
                Hanging.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return FakeDynatrace.Accepted();
        }
    }
}
