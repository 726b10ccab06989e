using SpanRelay.DeadLetters;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Tests.Redaction.Oracle;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Tokens;

public sealed class TokenSourceTests : IAsyncLifetime
{
    private TokenEnvironment _environment = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private int Reads => _environment.Vault.Requests.Count;

    public async ValueTask InitializeAsync() => _environment = await TokenEnvironment.StartAsync();

    public ValueTask DisposeAsync() => _environment.DisposeAsync();

    [Fact]
    public async Task ConcurrentReadersCauseOneRead()
    {
        var source = _environment.Source();

        var tokens = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => source.GetAsync(Stop).AsTask()));

        Assert.All(tokens, token => Assert.Equal(_environment.First.Value, token!.Token.Authorization.Parameter));
        Assert.Equal(1, Reads);
    }

    [Fact]
    public async Task TheTokenIsRefreshedInTheBackgroundAndNoRequestWaitsForIt()
    {
        var source = _environment.Source();
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = source.RunAsync(running.Token);
        await source.GetAsync(Stop);
        var second = _environment.Write(DynatraceToken.CreateClassic());

        Assert.Equal(_environment.First.Value, (await source.GetAsync(Stop))!.Token.Authorization.Parameter);
        await PassAsync(_environment.Options.Refresh, () => source.Current?.Version == second.Version);

        Assert.Equal(2, Reads);
        await running.CancelAsync();
        await run;
    }

    [Fact]
    public async Task ARefusedTokenIsRereadAtOnceAndOnceForAllPartitions()
    {
        var source = _environment.Source();
        var first = (await source.GetAsync(Stop))!;
        _environment.Time.Advance(TimeSpan.FromMinutes(1));
        var second = _environment.Write(DynatraceToken.CreateClassic());

        var replacements = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => source.ReplaceAsync(first, Stop)));

        Assert.All(replacements, token => Assert.Equal(second.Version, token!.Version));
        Assert.Equal(2, Reads);
    }

    [Fact]
    public async Task WhileNothingHelpsTheVaultIsAskedEveryTenSecondsAtMost()
    {
        var source = _environment.Source();
        var first = (await source.GetAsync(Stop))!;
        _environment.Time.Advance(TimeSpan.FromMinutes(1));

        for (var i = 0; i < 100; i++)
            Assert.Null(await source.ReplaceAsync(first, Stop));
        var atOnce = _environment.Vault.Requests.Count(IsNewest) - 1;
        _environment.Time.Advance(TokenSource.RereadInterval);
        Assert.Null(await source.ReplaceAsync(first, Stop));

        Assert.Equal(1, atOnce);
        Assert.Equal(2, _environment.Vault.Requests.Count(IsNewest) - 1);
    }

    [Fact]
    public async Task OfABadNewVersionTheOneBeforeIsUsedAndAnIncidentSaysSo()
    {
        var source = _environment.Source();
        var first = (await source.GetAsync(Stop))!;
        source.Accept(first);
        _environment.Time.Advance(TimeSpan.FromMinutes(1));
        var bad = _environment.Write(DynatraceToken.CreateClassic(), isKnown: false, expiresOn: Some.Now.AddDays(90));
        await RefreshAsync(source, bad);

        var replacement = await source.ReplaceAsync(bad, Stop);
        source.Accept(replacement!);

        Assert.Equal(first.Version, replacement!.Version);
        Assert.Equal(first.Version, source.Current!.Version);
        Assert.Equal(
            $"Warning: Incident: Dynatrace refuses {bad.Version} ({bad.Token}, expires 2026-08-02 10:20Z), the newest version of {_environment.Vault.SecretUri(TokenEnvironment.Name)}, "
            + $"and accepts the one before, {first.Version} ({first.Token}, no expiry known), which stays in use. Store a working token as a new version before that one expires or is revoked.",
            Assert.Single(_environment.Log.Lines, line => line.Contains("Incident", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AfterARestartTheOneBeforeIsFoundInTheVault()
    {
        var bad = _environment.Write(DynatraceToken.CreateClassic(), isKnown: false);
        var source = _environment.Source();
        var current = (await source.GetAsync(Stop))!;
        Assert.Equal(bad.Version, current.Version);
        _environment.Time.Advance(TimeSpan.FromMinutes(1));

        var replacement = await source.ReplaceAsync(current, Stop);

        Assert.Equal(_environment.First.Value, replacement!.Token.Authorization.Parameter);
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.short")]
    public async Task AVersionThatIsNoTokenIsRefusedWithAHintAndTheOneBeforeIsUsed(string pasted)
    {
        _environment.Time.Advance(TimeSpan.FromSeconds(2));
        _environment.Vault.Set(TokenEnvironment.Name, pasted);

        var token = await _environment.Source().GetAsync(Stop);

        Assert.Equal(_environment.First.Value, token!.Token.Authorization.Parameter);
        Assert.Contains(_environment.Log.Lines, line => line.StartsWith("Warning: Incident: version ", StringComparison.Ordinal) && line.Contains("a Dynatrace token", StringComparison.Ordinal));
        Assert.DoesNotContain(_environment.Log.Lines, line => line.Contains(pasted, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OfADisabledVersionTheOneBeforeIsUsed()
    {
        var second = _environment.Write(DynatraceToken.CreateClassic());
        _environment.Vault.Enable(TokenEnvironment.Name, second.Version, enabled: false);

        Assert.Equal(_environment.First.Value, (await _environment.Source().GetAsync(Stop))!.Token.Authorization.Parameter);
    }

    [Fact]
    public async Task WhileTheVaultIsDownTheTokenThatWorkedStaysInUse()
    {
        var source = _environment.Source();
        var first = (await source.GetAsync(Stop))!;
        _environment.Vault.FailNext(int.MaxValue, new KeyVaultFault(503, "ServiceUnavailable"));
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var run = source.RunAsync(running.Token);
        await PassAsync(TimeSpan.Zero, () => _environment.Log.Lines.Exists(line => line.StartsWith("Warning: The token could not be reread", StringComparison.Ordinal)));

        Assert.Same(first, await source.GetAsync(Stop));
        await running.CancelAsync();
        await run;
    }

    [Fact]
    public async Task ColdWithoutTheVaultThereIsNoTokenUntilItIsBack()
    {
        _environment.Vault.FailNext(int.MaxValue, KeyVaultFault.Down);
        var source = _environment.Source();

        Assert.Null(await source.GetAsync(Stop));
        Assert.Contains("cannot be reached", source.LastProblem, StringComparison.Ordinal);
        _environment.Vault.ClearFaults();
        _environment.Time.Advance(TokenSource.RereadInterval);

        Assert.NotNull(await source.GetAsync(Stop));
    }

    [Fact]
    public async Task APinnedVersionIsUsedWithAWarning()
    {
        var pinned = _environment.Vault.NewestVersion(TokenEnvironment.Name)!;
        _environment.Write(DynatraceToken.CreateClassic());
        var source = _environment.Source(pinned);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var run = source.RunAsync(running.Token);

        Assert.Equal(pinned, (await source.GetAsync(Stop))!.Version);
        Assert.Contains(_environment.Log.Lines, line => line.StartsWith($"Warning: Dynatrace__TokenSecretUri names version {pinned} of ", StringComparison.Ordinal));
        await running.CancelAsync();
        await run;
    }

    [Fact]
    public async Task APastedSchemeIsRemovedWithAWarning()
    {
        _environment.Vault.Set(TokenEnvironment.Name, $"Api-Token {_environment.First.Value}");

        var token = await _environment.Source().GetAsync(Stop);

        Assert.Equal(_environment.First.Value, token!.Token.Authorization.Parameter);
        Assert.Contains(_environment.Log.Lines, line => line.Contains("holds the token with a scheme in front", StringComparison.Ordinal));
        Assert.DoesNotContain(_environment.Log.Lines, line => _environment.SecretParts().Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    private static bool IsNewest(KeyVaultRequest request) => request.Path == $"/secrets/{TokenEnvironment.Name}/" || request.Path == $"/secrets/{TokenEnvironment.Name}";

    private async Task RefreshAsync(TokenSource source, TokenVersion expected)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = source.RunAsync(running.Token);
        await PassAsync(TimeSpan.Zero, () => source.Current?.Version == expected.Version);
        await running.CancelAsync();
        await run;
    }

    /// <summary>Lets time pass, again and again, until the condition holds.</summary>
    private async Task PassAsync(TimeSpan time, Func<bool> condition)
    {
        using var deadline = new Deadline();
        _environment.Time.Advance(time);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
    }
}
