using SpanRelay.Fakes.Dynatrace;

namespace SpanRelay.Page.Tests.Browser;

[Collection(nameof(PageRun))]
public sealed class RealEnvironmentTests
{
    [Fact]
    public async Task WhatARealEnvironmentHasIsNotPretendedToBeHere()
    {
        await using var dynatrace = await DynatraceServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var token = DynatraceToken.CreateClassic();
        dynatrace.AddToken(token);
        await using var run = new PageRun { Environment = (dynatrace.BaseAddress.AbsoluteUri, token.Value) };
        await run.InitializeAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await http.GetStringAsync(run.Address, TestContext.Current.CancellationToken);

        foreach (var view in (string[])["/traces", "/faults", "/ai"])
            Assert.Contains("real environment", await ReadAsync(view), StringComparison.Ordinal);
        Assert.DoesNotContain("Rotate the token", await ReadAsync("/") + await ReadAsync("/faults"), StringComparison.Ordinal);
        Assert.DoesNotContain("/faults/expired-token", await ReadAsync("/faults"), StringComparison.Ordinal);
        Assert.Contains("/faults/too-old", await ReadAsync("/faults"), StringComparison.Ordinal);
        Assert.DoesNotContain(token.Value, string.Concat(await Task.WhenAll(((string[])["/", "/traces", "/faults", "/ai", "/dead-letters"]).Select(ReadAsync))), StringComparison.Ordinal);

        Task<string> ReadAsync(string view) => http.GetStringAsync(new Uri(run.Address, view), TestContext.Current.CancellationToken);
    }
}
