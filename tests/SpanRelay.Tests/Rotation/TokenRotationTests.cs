using SpanRelay.Dynatrace;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Rotation;
using SpanRelay.Tests.Redaction.Oracle;
using SpanRelay.Tests.Tokens;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Rotation;

public sealed class TokenRotationTests : IAsyncLifetime
{
    private TokenEnvironment _environment = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _environment = await TokenEnvironment.StartAsync();

    public ValueTask DisposeAsync() => _environment.DisposeAsync();

    [Fact]
    public async Task TheNewTokenIsInTheVaultWithItsExpiryAndBothWorkUntilTheOverlapIsOver()
    {
        var progress = await _environment.Rotation().RotateAsync(null, Stop);

        Assert.Equal(RotationState.Proved, progress.State);
        Assert.Equal(Some.Now + _environment.Options.Overlap, progress.Due!.Value);
        var value = _environment.Vault.NewestValue(TokenEnvironment.Name)!;
        Assert.Equal(Sorted(_environment.First.Value, value), _environment.Dynatrace.ValidTokens.Order());
        Assert.Equal(Some.Now.AddDays(90), _environment.Vault.NewestExpiry(TokenEnvironment.Name));
        Assert.Equal(value[..31], _environment.Vault.NewestTags(TokenEnvironment.Name)["spanrelay-token-id"]);

        _environment.Time.Advance(_environment.Options.Overlap);
        Assert.Equal(RotationState.Complete, (await _environment.Rotation().ResumeAsync(Stop)).State);

        AssertOneTokenInTheVault();
        Assert.Equal(RotationState.None, (await _environment.Rotation().ResumeAsync(Stop)).State);
    }

    [Theory]
    [InlineData(true, "openTelemetryTrace.ingest metrics.ingest")]
    [InlineData(false, "openTelemetryTrace.ingest")]
    public async Task TheNewTokenMaySendMetricsWhereTheyAreSent(bool sendsMetrics, string scopes)
    {
        _environment.Options = new TokenOptions { SendsMetrics = sendsMetrics };

        await _environment.Rotation().RotateAsync(null, Stop);

        Assert.True(ApiToken.TryParse(_environment.Vault.NewestValue(TokenEnvironment.Name)!, out var token, out _));
        Assert.Equal(scopes, string.Join(' ', (await _environment.Api().LookUpAsync(token, Stop)).Scopes!));
    }

    [Fact]
    public async Task TheSameWarningTwiceRotatesOnce()
    {
        var expiring = _environment.Vault.NewestVersion(TokenEnvironment.Name);
        await _environment.Rotation().RotateAsync(expiring, Stop);
        await _environment.Rotation().RotateAsync(expiring, Stop);
        _environment.Time.Advance(_environment.Options.Overlap);
        await _environment.Rotation().RotateAsync(expiring, Stop);
        await _environment.Rotation().RotateAsync(expiring, Stop);

        AssertOneTokenInTheVault();
        Assert.Equal(1, _environment.Dynatrace.TokenRequests.Count(request => request is { Method: "POST", Status: 201 }));
    }

    /// <summary>Whatever request it is killed at, before or behind it: run again, there is one valid token, and it is in the vault.</summary>
    [Fact]
    public async Task ARotationKilledAtAnyStepAndResumedLeavesOneValidTokenAndItIsInTheVault()
    {
        var kills = 0;
        for (var at = 1; ; at++)
        {
            foreach (var isCarriedOut in (bool[])[false, true])
            {
                await using var environment = await TokenEnvironment.StartAsync();
                var wasKilled = await RotateUntilKilledAsync(environment, at, isCarriedOut);
                if (!wasKilled)
                {
                    Assert.InRange(kills, 20, 100);
                    TestContext.Current.TestOutputHelper!.WriteLine($"{kills} kills");
                    return;
                }

                kills++;
                await RotateToTheEndAsync(environment);
                Assert.Equal([environment.Vault.NewestValue(TokenEnvironment.Name)!], environment.Dynatrace.ValidTokens);
                AssertNothingSecretIsLogged(environment);
            }
        }
    }

    [Fact]
    public async Task TwoAtTheSameTimeLeaveOneToken()
    {
        await Task.WhenAll(_environment.Rotation().RotateAsync(null, Stop), _environment.Rotation().RotateAsync(null, Stop));
        for (var i = 0; i < 3; i++)
        {
            _environment.Time.Advance(_environment.Options.Overlap);
            await _environment.Rotation().ResumeAsync(Stop);
        }

        AssertOneTokenInTheVault();
    }

    [Fact]
    public async Task AnEnvironmentWithoutTheTokenApiSaysSoAndNamesTheManualWay()
    {
        _environment.Dynatrace.HasTokenApi = false;

        var refusal = await Assert.ThrowsAsync<TokenApiException>(() => _environment.Rotation().RotateAsync(null, Stop));

        Assert.Equal(
            "Dynatrace refuses to create a token: 404 \"This API is not available.\" This environment does not offer the token API; Dynatrace has marked it deprecated. "
            + "The manual way: create an access token with the scope openTelemetryTrace.ingest (and metrics.ingest with GenAi__Metrics) in Dynatrace (Access tokens), store it as a new version of the Key Vault secret, with its expiry, and delete the old one in Dynatrace 10 minutes later.",
            refusal.Message);
        AssertOneTokenInTheVault();
    }

    [Fact]
    public async Task ACreatorWithoutTheScopeSaysWhichItNeeds()
    {
        _environment.Dynatrace.RevokeToken(_environment.Creator);
        _environment.Dynatrace.AddToken(_environment.Creator with { Scopes = ["apiTokens.read"] });

        var refusal = await Assert.ThrowsAsync<TokenApiException>(() => _environment.Rotation().RotateAsync(null, Stop));

        Assert.Contains("needs the scopes apiTokens.read and apiTokens.write", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AVaultThatTakesNoVersionKeepsTheOldTokenAndTheNewOneIsDeleted()
    {
        _environment.Vault.FailNext(int.MaxValue, new KeyVaultFault(403, "Forbidden") { Meets = request => request.Method == "PUT" });

        await Assert.ThrowsAsync<TokenVaultException>(() => _environment.Rotation().RotateAsync(null, Stop));

        AssertOneTokenInTheVault();
        Assert.Equal([_environment.First.Value], _environment.Dynatrace.ValidTokens);
    }

    private static string[] Sorted(params string[] values) => [.. values.Order()];

    private static async Task RotateToTheEndAsync(TokenEnvironment environment, Kill? kill = null)
    {
        var stop = kill?.Killed ?? Stop;
        var rotation = environment.Rotation(kill);
        for (var progress = await rotation.RotateAsync(null, stop); progress.Due is not null; progress = await rotation.ResumeAsync(stop))
            environment.Time.Advance(environment.Options.Overlap);
    }

    /// <returns>False: it came to its end before the request at which it would have been killed.</returns>
    private static async Task<bool> RotateUntilKilledAsync(TokenEnvironment environment, int at, bool isCarriedOut)
    {
        using var kill = new Kill(at, isCarriedOut);
        environment.Vault.FailNext(int.MaxValue, new KeyVaultFault(0) { Meets = _ => kill.StrikesNow(), AfterCarryingOut = isCarriedOut });
        environment.Vault.FailNext(int.MaxValue, new KeyVaultFault(0) { Meets = _ => kill.IsDead });
        try
        {
            await RotateToTheEndAsync(environment, kill);
            return false;
        }
        catch (Exception e) when (e is OperationCanceledException or TokenVaultException or TokenApiException)
        {
            return true;
        }
        finally
        {
            environment.Vault.ClearFaults();
        }
    }

    private void AssertOneTokenInTheVault()
    {
        Assert.Equal([_environment.Vault.NewestValue(TokenEnvironment.Name)!], _environment.Dynatrace.ValidTokens);
        AssertNothingSecretIsLogged(_environment);
    }

    private static void AssertNothingSecretIsLogged(TokenEnvironment environment) =>
        Assert.DoesNotContain(environment.RotationLog.Lines, line => environment.SecretParts().Any(secret => line.Contains(secret, StringComparison.Ordinal)));
}
