using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Tests.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Diagnosis;

/// <summary>What a record says, against the strict Dynatrace stand-in; the end-to-end tests provoke every cause.</summary>
public sealed class DiagnoserTests : IAsyncLifetime
{
    private readonly SteppedTime _time = new(Some.Now);
    private DynatraceServer _dynatrace = null!;

    public async ValueTask InitializeAsync() =>
        _dynatrace = await DynatraceServer.StartAsync(new DynatraceServerOptions { TimeProvider = _time }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _dynatrace.DisposeAsync();

    [Fact]
    public async Task ATokenThatLacksItsScopeIsSaidWithTheScopesItHas()
    {
        _dynatrace.AddToken(new DynatraceToken(Some.Token, ["logs.ingest", "metrics.ingest"]));
        using var diagnostician = Diagnoser();

        var diagnosis = await DiagnoseAsync(diagnostician, Refused(403, "Token is missing required scope. Use one of: openTelemetryTrace.ingest") with
        {
            Incident = new Incident(Some.Now, null, 7),
        });

        Assert.Equal("scope-missing", diagnosis.Code);
        Assert.Equal("The token is valid, but does not have the scope openTelemetryTrace.ingest. No request has succeeded since 2026-05-04 10:20:30Z. The spans wait in the Event Hub until they are too old (00:58:00).", diagnosis.Explanation);
        Assert.Equal(
            [
                "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces responded with 403: Token is missing required scope. Use one of: openTelemetryTrace.ingest",
                "Sent with the token setting (dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.…, no expiry known).",
                "The token lookup says about dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.…: enabled, expires never, scopes logs.ingest, metrics.ingest.",
            ],
            diagnosis.Evidence);
        Assert.StartsWith("Create an access token with the scope openTelemetryTrace.ingest (and metrics.ingest with GenAi__Metrics) and store it as a new version of the Key Vault secret (Dynatrace__TokenSecretUri).", diagnosis.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AThousandLettersOfOneCauseAskOnceAMinute()
    {
        _dynatrace.AddToken(new DynatraceToken(Some.Token, ["logs.ingest"]));
        using var diagnostician = Diagnoser();

        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => DiagnoseAsync(diagnostician, Refused(403, "no"))));
        Assert.Single(_dynatrace.TokenRequests);
        _time.Advance(TimeSpan.FromMinutes(1));
        await DiagnoseAsync(diagnostician, Refused(403, "no"));

        Assert.Equal(2, _dynatrace.TokenRequests.Count);
    }

    [Fact]
    public async Task ARefusedLookupIsEvidenceAndLeavesTheGeneralCause()
    {
        _dynatrace.HasTokenApi = false;
        _dynatrace.AddToken(new DynatraceToken(Some.Token, [DynatraceToken.ClassicIngestScope]));
        using var diagnostician = Diagnoser();

        var diagnosis = await DiagnoseAsync(diagnostician, Refused(401, "Token Authentication failed"));

        Assert.Equal("token-refused", diagnosis.Code); // An unknown token would get a 401 here.
        Assert.Equal("The token lookup says nothing about dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.…: status 404.", diagnosis.Evidence[^1]);
        await _dynatrace.DisposeAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        var unreachable = await DiagnoseAsync(diagnostician, Refused(401, "Token Authentication failed"));
        Assert.Equal("token-refused", unreachable.Code);
        Assert.StartsWith("The token lookup says nothing about dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.…: Dynatrace cannot be reached: ", unreachable.Evidence[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherTokenThanTheOneThatWasSentIsNoEvidence()
    {
        _dynatrace.AddToken(new DynatraceToken(Some.Token, [DynatraceToken.ClassicIngestScope]));
        using var diagnostician = Diagnoser();
        var before = Refused(401, "Token Authentication failed");

        var diagnosis = await DiagnoseAsync(diagnostician, before with { Response = before.Response! with { Token = "0123 (dt0c01.OTHER.…, no expiry known)" } });

        Assert.Equal("token-refused", diagnosis.Code);
        Assert.Equal(
            [
                "Sent with the token 0123 (dt0c01.OTHER.…, no expiry known).",
                "That token was not looked up: the app now uses another, setting (dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.…, no expiry known).",
            ],
            diagnosis.Evidence.Skip(1));
        Assert.Empty(_dynatrace.TokenRequests);
    }

    [Fact]
    public async Task ALookupTimesOutAfterFiveSecondsAndIsNotRepeatedAtOnce()
    {
        _dynatrace.AddToken(new DynatraceToken(Some.Token, [DynatraceToken.ClassicIngestScope]));
        _dynatrace.OnTokenRequest = async (_, stop) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        using var diagnostician = Diagnoser();

        var diagnosis = await _time.RunAsync(DiagnoseAsync(diagnostician, Refused(403, "no")), unanswered: () => 1);
        var next = await DiagnoseAsync(diagnostician, Refused(403, "no"));

        Assert.Equal(TimeSpan.FromSeconds(5), _time.GetUtcNow() - Some.Now);
        Assert.Equal("token-refused", diagnosis.Code);
        Assert.Equal("token-refused", next.Code);
        Assert.Equal("Dynatrace was probed, and did not respond within 5 seconds.", next.Evidence[^1]);
    }

    [Fact]
    public async Task AMalformedLookupResponseIsTolerated()
    {
        string[] endings = [];
        foreach (var answer in (RawAnswer[])[
            RawAnswer.Of("200 OK", "Content-Encoding: gzip\r\n", "no gzip"u8.ToArray()), RawAnswer.Of("200 OK", "", "{}"u8.ToArray()),
            RawAnswer.Of("200 OK", "", "<html>"u8.ToArray()), RawAnswer.Of("200 OK", "", new byte[5 * 1024 * 1024]), RawAnswer.Of("500 No", "", [])])
        {
            await using var server = new RawServer(answer);
            using var diagnostician = Diagnoser(server.Address);

            var diagnosis = await DiagnoseAsync(diagnostician, Refused(403, "no"));

            Assert.Equal("token-refused", diagnosis.Code);
            endings = [.. endings, diagnosis.Evidence[^1].Split("…: ")[1].Split(": ")[0]];
        }

        Assert.Equal(["Dynatrace cannot be reached", "its response is empty.", "status 200.", "Dynatrace cannot be reached", "status 500."], endings);
    }

    [Fact]
    public async Task CausesThatTakeTurnsAskOnceAMinuteEach()
    {
        _dynatrace.AddToken(new DynatraceToken(Some.Token, ["logs.ingest"]));
        var environment = new Uri(_dynatrace.BaseAddress, "/e/abc12345");
        using var diagnostician = Diagnoser(environment);
        var unknownAddress = Refused(404, "") with { Endpoint = Some.EndpointAt(environment.AbsoluteUri).ToString() };

        for (var i = 0; i < 5; i++)
        {
            await DiagnoseAsync(diagnostician, Refused(403, "no"));
            Assert.StartsWith($"An empty request to {_dynatrace.TracesAddress}, without /e/{{id}}, gets status 403.", (await DiagnoseAsync(diagnostician, unknownAddress)).Evidence[^1], StringComparison.Ordinal);
        }

        Assert.Single(_dynatrace.TokenRequests);
        Assert.Single(_dynatrace.Requests);
    }

    [Fact]
    public async Task SpansThatExpiredWhileHeldNameWhatTheyWereHeldFor()
    {
        using var diagnostician = Diagnoser();
        var letter = Refused(503, "Upgrading") with { Reason = DeadLetterReason.TooOld, Age = TimeSpan.FromMinutes(58.5), Spans = 3 };

        var diagnosis = await DiagnoseAsync(diagnostician, letter);
        var atFirstSight = await DiagnoseAsync(diagnostician, letter with { Response = null });

        Assert.Equal("server-error", diagnosis.Code);
        Assert.Equal("spans-too-old", atFirstSight.Code);
        Assert.EndsWith("The spans waited in the Event Hub until they were too old (00:58:00): Dynatrace would now silently drop them after a 200.", diagnosis.Explanation, StringComparison.Ordinal);
        Assert.Equal("When the spans were dead-lettered, the oldest had ended 00:58:30 ago; Relay__MaxSpanAge is 00:58:00.", diagnosis.Evidence[^1]);
        Assert.Equal(
            "If it persists, check Dynatrace's status page. These spans are now too old for Dynatrace. To keep them, send them elsewhere with \"spanrelay dead-letters replay --to {endpoint}\".",
            diagnosis.NextStep);
    }

    [Fact]
    public async Task AnIncidentThatIsOverNeedsNothing()
    {
        using var diagnostician = Diagnoser();

        var diagnosis = await DiagnoseAsync(diagnostician, Refused(404, "") with { Incident = new Incident(Some.Now, Some.Now.AddMinutes(83), 4_211) });

        Assert.Equal("environment-unknown", diagnosis.Code);
        Assert.Equal("Nothing: spans are delivered again.", diagnosis.NextStep);
        Assert.Equal("The host responds, but has no environment with this id. It lasted 01:23:00 and is over; 4211 events waited.", diagnosis.Explanation);
        Assert.Empty(_dynatrace.TokenRequests);
    }

    [Theory]
    [InlineData(FailureKind.DnsUnavailable, "dns-unavailable")]
    [InlineData(FailureKind.None, "unknown")]
    public async Task CausesThatCannotBeProvokedAreFoundToo(FailureKind failure, string code)
    {
        using var diagnostician = Diagnoser();

        Assert.Equal(code, (await DiagnoseAsync(diagnostician, new DeadLetter { Id = "1", At = Some.Now, Response = new Response { Outcome = Outcome.RetryLater, Failure = failure } })).Code);
    }

    [Theory]
    [InlineData(500, "server-error")]
    [InlineData(502, "server-error")]
    [InlineData(507, "server-error")]
    [InlineData(408, "server-error")]
    [InlineData(501, "not-accepted-here")]
    [InlineData(505, "not-accepted-here")]
    [InlineData(451, "not-accepted-here")]
    [InlineData(511, "not-accepted-here")]
    [InlineData(422, "rejected")]
    [InlineData(418, "rejected")]
    [InlineData(405, "path-wrong")]
    [InlineData(204, "not-dynatrace")]
    [InlineData(202, "not-dynatrace")]
    public async Task EveryStatusHasItsCause(int status, string code)
    {
        using var diagnostician = Diagnoser();

        Assert.Equal(code, (await DiagnoseAsync(diagnostician, Refused(status, "no"))).Code);
    }

    [Fact]
    public async Task NoSecretIsInAnyDiagnosis()
    {
        _dynatrace.AddToken(new DynatraceToken(Some.Token, []));
        using var diagnostician = Diagnoser();
        string[] secrets = [Some.Token[^64..], "PAYLOAD-TEXT"];
        byte[][] payloads = ["PAYLOAD-TEXT"u8.ToArray(), "{\"PAYLOAD-TEXT\":\"PAYLOAD-TEXT\"}"u8.ToArray(), [0x1F, 0x8B, .. "PAYLOAD-TEXT"u8]];

        foreach (var payload in payloads)
        {
            var unreadable = await DiagnoseAsync(diagnostician, new DeadLetter { Id = "1", At = Some.Now, Reason = DeadLetterReason.Unreadable, PayloadBytes = payload.Length }, payload);
            Assert.DoesNotContain(secrets, secret => $"{unreadable} {string.Join(' ', unreadable.Evidence)}".Contains(secret, StringComparison.Ordinal));
        }

        foreach (var status in (int[])[400, 401, 403, 404, 415])
        {
            var refused = await DiagnoseAsync(diagnostician, Refused(status, "no"));
            Assert.DoesNotContain(secrets, secret => $"{refused} {string.Join(' ', refused.Evidence)}".Contains(secret, StringComparison.Ordinal));
        }
    }

    private static DeadLetter Refused(int status, string message) => new()
    {
        Id = "20260504-3-41-0123456789abcdef",
        At = Some.Now,
        Endpoint = "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces",
        MaxSpanAge = TimeSpan.FromMinutes(58),
        Response = new Response
        {
            Outcome = Outcomes.FromStatus((System.Net.HttpStatusCode)status),
            Status = status,
            Form = message.Length > 0 ? ResponseForm.Json : ResponseForm.Empty,
            Message = message,
            Token = new TokenVersion("setting", Some.ApiToken, null).ToString(),
        },
    };

    private static Task<DiagnosedCause> DiagnoseAsync(Diagnoser diagnostician, DeadLetter letter, byte[]? payload = null) =>
        diagnostician.DiagnoseAsync(letter, payload, TestContext.Current.CancellationToken);

    private Diagnoser Diagnoser(Uri? environment = null)
    {
        var options = Some.Dynatrace(environment ?? _dynatrace.BaseAddress);
        return new Diagnoser(TokenSource.OfSetting(options.Token, _time), new TokenApi(options), rotationVault: null, options, _time);
    }
}
