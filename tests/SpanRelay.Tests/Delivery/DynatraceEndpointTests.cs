using SpanRelay.Delivery;

namespace SpanRelay.Tests.Delivery;

public class DynatraceEndpointTests
{
    private const string Saas = "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces";

    [Theory]
    [InlineData("abc12345", Saas)]
    [InlineData(" ABC12345 ", "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces")]
    [InlineData("abc12345.live.dynatrace.com", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com", Saas)]
    [InlineData("https://ABC12345.live.dynatrace.com/", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp/", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces", Saas)]
    [InlineData("https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.launcher", Saas)]
    [InlineData("https://abc12345.live.apps.dynatrace.com", Saas)]
    [InlineData("https://abc12345.sprint.apps.dynatracelabs.com", "https://abc12345.sprint.dynatracelabs.com/api/v2/otlp/v1/traces")]
    [InlineData("https://abc12345.dev.dynatracelabs.com/api/v2/otlp", "https://abc12345.dev.dynatracelabs.com/api/v2/otlp/v1/traces")]
    [InlineData("https://managed.example.org/e/0a1b-2c3d/", "https://managed.example.org/e/0a1b-2c3d/api/v2/otlp/v1/traces")]
    [InlineData("https://gate.example.org:9999/e/0a1b-2c3d/api/v2/otlp", "https://gate.example.org:9999/e/0a1b-2c3d/api/v2/otlp/v1/traces")]
    [InlineData("http://127.0.0.1:5123", "http://127.0.0.1:5123/api/v2/otlp/v1/traces")]
    [InlineData("http://localhost:5123/e/x/api/v2/otlp", "http://localhost:5123/e/x/api/v2/otlp/v1/traces")]
    public void WhateverPeoplePasteIsUnderstood(string text, string traces)
    {
        Assert.True(DynatraceEndpoint.TryParse(text, out var endpoint, out var problem), problem);

        Assert.Equal(traces, endpoint.ToString());
    }

    [Theory]
    [InlineData("http://abc12345.live.dynatrace.com", "must be an https address: spans and the token would travel in the open.")]
    [InlineData("ftp://abc12345.live.dynatrace.com", "must be an https address: spans and the token would travel in the open.")]
    [InlineData("https://user:password@abc12345.live.dynatrace.com", "takes an address without user, query or fragment.")]
    [InlineData("https://abc12345.live.dynatrace.com?a=b", "takes an address without user, query or fragment.")]
    [InlineData("production", "is neither an environment id (such as abc12345) nor an address (such as https://abc12345.live.dynatrace.com).")]
    [InlineData("https://", "is neither an environment id (such as abc12345) nor an address (such as https://abc12345.live.dynatrace.com).")]
    public void WhatIsNoAddressIsRefused(string text, string expected)
    {
        Assert.False(DynatraceEndpoint.TryParse(text, out _, out var problem));

        Assert.Equal(expected, problem);
    }
}
