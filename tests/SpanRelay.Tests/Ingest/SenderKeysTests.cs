using System.Net;
using Microsoft.Extensions.Time.Testing;
using SpanRelay.Functions.Ingest;

namespace SpanRelay.Tests.Ingest;

public sealed class SenderKeysTests : IDisposable
{
    private readonly Deadline _deadline = new();
    private readonly FakeTimeProvider _time = new(Some.Now);
    private readonly Host _host = new();
    private readonly SenderKeys _keys;

    public SenderKeysTests() => _keys = new SenderKeys(new HttpClient(_host), new Uri("https://app.example/v1/traces/key"), _time);

    public void Dispose()
    {
        _keys.Dispose();
        _host.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task TheHostDecidesAndItsAnswerIsRememberedForAMinute()
    {
        Assert.Equal(KeyVerdict.Valid, await CheckAsync("good"));
        Assert.Equal(KeyVerdict.Valid, await CheckAsync("good"));
        Assert.Equal(1, _host.Calls);

        _host.Valid = "another";
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(KeyVerdict.Invalid, await CheckAsync("good"));
        Assert.Equal(KeyVerdict.Invalid, await CheckAsync("good"));
        Assert.Equal(2, _host.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with\nline")]
    [InlineData("\u00fc")]
    public async Task WhatCannotBeAKeyIsNotEvenAskedFor(string key)
    {
        Assert.Equal(KeyVerdict.Invalid, await CheckAsync(key));
        Assert.Equal(KeyVerdict.Invalid, await CheckAsync(new string('x', 1_001)));
        Assert.Equal(0, _host.Calls);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Redirect)]
    public async Task AnyOtherAnswerLetsNobodyInAndIsNotRemembered(HttpStatusCode status)
    {
        _host.Always = status;
        Assert.Equal(KeyVerdict.Unknown, await CheckAsync("good"));
        _host.Always = null;
        Assert.Equal(KeyVerdict.Valid, await CheckAsync("good"));
    }

    [Fact]
    public async Task AHostThatCannotBeReachedOrIsUnknownLetsNobodyIn()
    {
        _host.Failure = new HttpRequestException("refused");
        Assert.Equal(KeyVerdict.Unknown, await CheckAsync("good"));

        using var nowhere = new SenderKeys(new HttpClient(_host), address: null, _time);
        Assert.Equal(KeyVerdict.Unknown, await nowhere.CheckAsync("good", _deadline.Token));
    }

    [Fact]
    public async Task RequestsWithOneKeyAskOnceAndThoseWhoGuessDoNotKeepOutWhoWasValid()
    {
        Assert.Equal(KeyVerdict.Valid, await CheckAsync("good"));
        _time.Advance(TimeSpan.FromMinutes(1));
        _host.Gate = new TaskCompletionSource();

        var guesses = Enumerable.Range(0, 20).Select(i => CheckAsync($"guess-{i}")).ToList();
        var same = Enumerable.Range(0, 20).Select(_ => CheckAsync("good")).ToList();
        _host.Gate.SetResult();

        Assert.All(await Task.WhenAll(same), verdict => Assert.Equal(KeyVerdict.Valid, verdict));
        Assert.Equal(8, (await Task.WhenAll(guesses)).Count(verdict => verdict == KeyVerdict.Invalid));
        Assert.Equal(1 + 8 + 1, _host.Calls);
    }

    [Fact]
    public async Task AnAnswerThatComesLateServesTheNextRequest()
    {
        _host.Gate = new TaskCompletionSource();
        var first = CheckAsync("good");
        while (!first.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(KeyVerdict.Unknown, await first);
        var second = CheckAsync("good");
        _host.Gate.SetResult();
        Assert.Equal(KeyVerdict.Valid, await second);
        Assert.Equal(1, _host.Calls);
    }

    [Theory]
    [InlineData("app.azurewebsites.net", "https://app.azurewebsites.net/v1/traces/key")]
    [InlineData("localhost:7071", "http://localhost:7071/v1/traces/key")]
    [InlineData("127.0.0.1:40000", "http://127.0.0.1:40000/v1/traces/key")]
    [InlineData(null, null)]
    [InlineData("no host", null)]
    public void TheHostIsWhereItSays(string? host, string? address) => Assert.Equal(address, SenderKeys.AddressOf(host)?.AbsoluteUri);

    private Task<KeyVerdict> CheckAsync(string key) => _keys.CheckAsync(key, _deadline.Token);

    private sealed class Host : HttpMessageHandler
    {
        private int _calls;

        public string Valid { get; set; } = "good";

        public HttpStatusCode? Always { get; set; }

        public Exception? Failure { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public int Calls => _calls;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            if (Gate is not null)
                await Gate.Task.WaitAsync(cancellationToken);
            if (Failure is not null)
                throw Failure;
            var isValid = request.Headers.GetValues("x-functions-key").Single() == Valid;
            return new HttpResponseMessage(Always ?? (isValid ? HttpStatusCode.NoContent : HttpStatusCode.Unauthorized));
        }
    }
}
