using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Tests.Tokens;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Diagnosis;

/// <summary>A refused token cannot ask for itself: the one that rotates it is asked with.</summary>
public sealed class TokenProbeTests : IAsyncLifetime
{
    private TokenEnvironment _environment = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _environment = await TokenEnvironment.StartAsync();

    public ValueTask DisposeAsync() => _environment.DisposeAsync();

    [Fact]
    public async Task ATokenThatDynatraceDoesNotKnowWasRevoked()
    {
        var sent = _environment.Write(DynatraceToken.CreateClassic(), isKnown: false);

        var diagnosis = await DiagnoseAsync(_environment.Source(), sent);

        Assert.Equal("token-revoked", diagnosis.Code);
        Assert.Equal($"The token lookup does not know {sent.Token}, but does know {IdOf(_environment.Creator)}.…, with which it was called.", diagnosis.Evidence[^1]);
        AssertHoldsNoSecret(diagnosis, sent);
    }

    [Fact]
    public async Task WithoutALookupItIsUnknownWhetherTheTokenWasRevoked()
    {
        var sent = _environment.Write(DynatraceToken.CreateClassic(), isKnown: false);
        _environment.Dynatrace.HasTokenApi = false;

        Assert.Equal("token-refused", (await DiagnoseAsync(_environment.Source(), sent)).Code);
    }

    [Fact]
    public async Task AnExpiredTokenIsLookedUpByItsVersionWhenAnotherIsInUse()
    {
        var expired = DynatraceToken.CreateClassic();
        var sent = _environment.Write(expired);
        _environment.Dynatrace.AddToken(expired, _environment.Time.GetUtcNow().AddMinutes(-1));
        var source = _environment.Source();
        Assert.Equal(sent.Version, (await source.GetAsync(Stop))!.Version);
        var used = _environment.Write(DynatraceToken.CreateClassic());
        _environment.Time.Advance(TokenSource.RereadInterval);
        Assert.Equal(used.Version, (await source.ReplaceAsync(sent, Stop))!.Version);

        var diagnosis = await DiagnoseAsync(source, sent);

        Assert.Equal("token-expired", diagnosis.Code);
        Assert.StartsWith($"The token lookup says about {sent.Token}: enabled, expires 2026-05-04 10:", diagnosis.Evidence[^1], StringComparison.Ordinal);
        AssertHoldsNoSecret(diagnosis, sent, used);
    }

    [Fact]
    public async Task ATokenThatAnotherInstanceSentIsLookedUp()
    {
        var sent = _environment.Write(DynatraceToken.CreateClassic("logs.ingest"));

        var diagnosis = await DiagnoseAsync(_environment.Source(), sent);

        Assert.Equal("scope-missing", diagnosis.Code);
        Assert.Equal($"The token lookup says about {sent.Token}: enabled, expires never, scopes logs.ingest.", diagnosis.Evidence[^1]);
    }

    private async Task<DiagnosedCause> DiagnoseAsync(TokenSource source, TokenVersion sent)
    {
        var options = Some.Dynatrace(_environment.Dynatrace.BaseAddress);
        using var diagnostician = new Diagnoser(source, _environment.Api(), _environment.OpenVault(TokenEnvironment.CreatorName), options, _environment.Time);
        var answer = new Response { Outcome = Outcome.Blocked, Status = 401, Message = "Token Authentication failed", Form = ResponseForm.Json, Token = sent.ToString() };
        var letter = new DeadLetter { Id = "1", At = Some.Now, Endpoint = options.Endpoint.ToString(), Response = answer };
        return await diagnostician.DiagnoseAsync(letter, default, Stop);
    }

    private void AssertHoldsNoSecret(DiagnosedCause diagnosis, params TokenVersion[] tokens)
    {
        var all = $"{diagnosis} {string.Join(' ', diagnosis.Evidence)}";
        Assert.DoesNotContain(_environment.SecretParts(tokens.Select(token => token.Token.Value)), secret => all.Contains(secret, StringComparison.Ordinal));
    }

    private static string IdOf(DynatraceToken token) => token.Value[..token.Value.LastIndexOf('.')];
}
