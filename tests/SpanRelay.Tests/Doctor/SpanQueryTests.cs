using System.IO.Compression;
using SpanRelay.Doctor;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Doctor;

public sealed class SpanQueryTests
{
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task ATraceIsFoundAtOnceOrByPolling(bool atOnce, int calls)
    {
        using var deadline = new Deadline();
        await using var dynatrace = await DynatraceServer.StartAsync(cancellationToken: deadline.Token);
        dynatrace.AnswersQueriesAtOnce = atOnce;
        var traceId = await DeliverAsync(dynatrace, deadline.Token);
        using var query = Query(dynatrace, DynatraceToken.PlatformSpansScope);

        var found = new List<bool>();
        for (var call = 0; call < calls; call++)
            found.Add(await query.HasAsync(traceId, deadline.Token));

        Assert.Equal(calls, found.IndexOf(true) + 1);
        Assert.Equal("", query.Problem);
    }

    [Fact]
    public async Task ATokenWithoutTheScopeIsAProblemAndNotAnAnswer()
    {
        using var deadline = new Deadline();
        await using var dynatrace = await DynatraceServer.StartAsync(cancellationToken: deadline.Token);
        using var query = Query(dynatrace, DynatraceToken.PlatformIngestScope);

        Assert.False(await query.HasAsync(new string('a', 32), deadline.Token));
        Assert.Contains("status 403", query.Problem, StringComparison.Ordinal);
    }

    private static SpanQuery Query(DynatraceServer dynatrace, string scope)
    {
        var token = DynatraceToken.CreatePlatform(scope);
        dynatrace.AddToken(token);
        return new SpanQuery(SpanQuery.AddressFor(dynatrace.TracesAddress)!, Parsed(token), Some.Dynatrace(dynatrace.BaseAddress));
    }

    private static async Task<string> DeliverAsync(DynatraceServer dynatrace, CancellationToken cancellationToken)
    {
        var token = DynatraceToken.CreateClassic();
        dynatrace.AddToken(token);
        var (export, traceId) = CanarySpan.Create(TimeProvider.System.GetUtcNow());
        using var gzipped = new MemoryStream();
        await using (var gzip = new GZipStream(gzipped, CompressionLevel.Fastest))
            await gzip.WriteAsync(export, cancellationToken);
        using var client = new DynatraceClient(Some.Dynatrace(dynatrace.BaseAddress) with { Token = new TokenOptions { ApiToken = Parsed(token) } });
        var response = await client.SendAsync(gzipped.ToArray(), TimeSpan.FromMinutes(1), cancellationToken);
        Assert.Equal(200, response.Status);
        return traceId;
    }

    private static ApiToken Parsed(DynatraceToken token) => ApiToken.TryParse(token.Value, out var parsed, out var problem) ? parsed : throw new InvalidOperationException(problem);
}
