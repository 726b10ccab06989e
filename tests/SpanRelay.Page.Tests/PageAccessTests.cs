using Microsoft.AspNetCore.Http;
using SpanRelay.Cli.Page;

namespace SpanRelay.Page.Tests;

public sealed class PageAccessTests
{
    private const int Port = 8123;

    private readonly PageAccess _access = new();

    [Fact]
    public void WithoutTheKeyNothingIsShown()
    {
        Assert.Equal(403, Check(Request("GET", "/")));
        Assert.Equal(403, Check(Request("GET", "/page.css")));
        Assert.Equal(403, Check(Request("GET", "/", query: "?key=wrong")));
        Assert.Equal(403, Check(Request("GET", "/traces", query: $"?key={_access.Key}")));
        Assert.Equal(403, Check(Request("GET", "/", cookie: "wrong")));
        Assert.Equal(403, Check(Request("POST", "/sample", origin: $"http://127.0.0.1:{Port}")));
    }

    [Fact]
    public void TheKeyBecomesACookieThatNoScriptReadsAndNoOtherSiteSends()
    {
        var request = Request("GET", "/", query: $"?key={_access.Key}");
        Assert.Null(Check(request));

        _access.Admit(request);

        var cookie = request.Response.Headers.SetCookie.ToString();
        Assert.StartsWith($"spanrelay-{Port}={_access.Key}", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Null(Check(Request("GET", "/traces", cookie: _access.Key)));
        Assert.NotEqual(_access.Key, new PageAccess().Key);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:8123")]
    [InlineData("127.0.0.1.evil.example:8123")]
    [InlineData("127.0.0.1:9999")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:8123")]
    [InlineData("")]
    public void ANameThatOnlyPointsHereIsRefused(string host) => Assert.Equal(400, Check(Request("GET", "/", cookie: _access.Key, host: host)));

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("http://evil.example")]
    [InlineData("http://127.0.0.1:9999")]
    [InlineData("https://127.0.0.1:8123")]
    [InlineData("http://localhost:8123")]
    public void AnotherSitesFormDoesNothing(string? origin) => Assert.Equal(403, Check(Request("POST", "/faults/outage", cookie: _access.Key, origin: origin)));

    [Fact]
    public void OnesOwnFormIsTaken()
    {
        Assert.Null(Check(Request("POST", "/sample", cookie: _access.Key, origin: $"http://127.0.0.1:{Port}")));
        Assert.Null(Check(Request("POST", "/sample", cookie: _access.Key, origin: $"http://localhost:{Port}", host: $"localhost:{Port}")));
        Assert.Equal(405, Check(Request("PUT", "/sample", cookie: _access.Key, origin: $"http://127.0.0.1:{Port}")));
    }

    [Fact]
    public void EveryAnswerForbidsScriptsOfOthersFramesAndCopies()
    {
        var request = Request("GET", "/");
        Check(request);

        var policy = request.Response.Headers.ContentSecurityPolicy.ToString();
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("no-store", request.Response.Headers.CacheControl);
        Assert.Equal("nosniff", request.Response.Headers.XContentTypeOptions);
    }

    private int? Check(HttpContext context) => _access.Check(context);

    private static DefaultHttpContext Request(string method, string path, string query = "", string? cookie = null, string? origin = null, string host = "127.0.0.1:8123")
    {
        var context = new DefaultHttpContext();
        context.Connection.LocalPort = Port;
        (context.Request.Method, context.Request.Path, context.Request.QueryString, context.Request.Host) = (method, path, new QueryString(query), new HostString(host));
        if (cookie is not null)
            context.Request.Headers.Cookie = $"spanrelay-{Port}={cookie}";
        if (origin is not null)
            context.Request.Headers.Origin = origin;
        return context;
    }
}
