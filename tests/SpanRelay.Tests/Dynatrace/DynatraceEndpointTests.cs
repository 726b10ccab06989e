using SpanRelay.Dynatrace;

namespace SpanRelay.Tests.Dynatrace;

public class DynatraceEndpointTests
{
    private const string Saas = "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces";
    private const string Sprint = "https://abc12345.sprint.dynatracelabs.com/api/v2/otlp/v1/traces";
    private const string Dev = "https://abc12345.dev.dynatracelabs.com/api/v2/otlp/v1/traces";
    private const string Uuid = "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f";
    private const string Managed = $"https://managed.example.org/e/{Uuid}/api/v2/otlp/v1/traces";
    private const string Gate = $"https://gate.example.org:9999/e/{Uuid}/api/v2/otlp/v1/traces";

    [Theory]
    [InlineData("abc12345", Saas)]
    [InlineData(" ABC12345 ", Saas)]
    [InlineData("\"abc12345\"", Saas)]
    [InlineData("fxz0998d", "https://fxz0998d.live.dynatrace.com/api/v2/otlp/v1/traces")]
    [InlineData("FXZ0998D.apps.dynatrace.com", "https://fxz0998d.live.dynatrace.com/api/v2/otlp/v1/traces")]
    [InlineData("xpk75638", "https://xpk75638.live.dynatrace.com/api/v2/otlp/v1/traces")]
    [InlineData("fxz0998d.sprint.apps.dynatracelabs.com", "https://fxz0998d.sprint.dynatracelabs.com/api/v2/otlp/v1/traces")]
    [InlineData("fxz0998d.dev.dynatracelabs.com", "https://fxz0998d.dev.dynatracelabs.com/api/v2/otlp/v1/traces")]
    [InlineData("https://activegate:9999/e/fxz0998d", "https://activegate:9999/e/fxz0998d/api/v2/otlp/v1/traces")]
    [InlineData("http://localhost:14499/otlp/v1/traces", "http://localhost:14499/otlp/v1/traces")]
    [InlineData("http://localhost:14499/otlp", "http://localhost:14499/otlp/v1/traces")]
    [InlineData("abc12345.live.dynatrace.com", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com", Saas)]
    [InlineData("HTTPS://ABC12345.LIVE.DYNATRACE.COM/", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com.", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com:443/", Saas)]
    [InlineData("<https://abc12345.live.dynatrace.com/>", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/api", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp/", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com//api//v2/otlp//", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/API/V2/OTLP", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces/", Saas)]
    [InlineData("https://abc12345.apps.dynatrace.com", Saas)]
    [InlineData("https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.launcher", Saas)]
    [InlineData("https://abc12345.live.dynatrace.com/ui", Saas)]
    [InlineData("https://abc12345.sprint.dynatracelabs.com", Sprint)]
    [InlineData("https://abc12345.sprint.apps.dynatracelabs.com/ui/", Sprint)]
    [InlineData("https://abc12345.dev.dynatracelabs.com/api/v2/otlp", Dev)]
    [InlineData("https://abc12345.dev.apps.dynatracelabs.com", Dev)]
    [InlineData($"https://managed.example.org/e/{Uuid}", Managed)]
    [InlineData($"https://managed.example.org/e/{Uuid}/", Managed)]
    [InlineData($"https://Managed.Example.org//e//{Uuid}//api/v2/otlp", Managed)]
    [InlineData("https://managed.example.org/e/0A1B2C3D-0A1B-2C3D-4E5F-0A1B2C3D4E5F/api/v2/otlp/v1/traces", Managed)]
    [InlineData($"managed.example.org/e/{Uuid}/ui/apps", Managed)]
    [InlineData($"https://dynatrace.agency.example.gov/e/{Uuid}", $"https://dynatrace.agency.example.gov/e/{Uuid}/api/v2/otlp/v1/traces")]
    [InlineData($"https://gate.example.org:9999/e/{Uuid}", Gate)]
    [InlineData($"https://gate.example.org:9999/e/{Uuid}/api/v2/otlp/", Gate)]
    [InlineData($"gate.example.org:9999/e/{Uuid}/api/v2", Gate)]
    [InlineData("https://gate.example.org/e/abc12345/api/v2/otlp", "https://gate.example.org/e/abc12345/api/v2/otlp/v1/traces")]
    [InlineData("https://activegate:9999/e/abc12345", "https://activegate:9999/e/abc12345/api/v2/otlp/v1/traces")]
    [InlineData("https://gate.apps.cluster.example.org/e/abc12345", "https://gate.apps.cluster.example.org/e/abc12345/api/v2/otlp/v1/traces")]
    [InlineData("https://proxy.example.org/to/dynatrace/e/abc12345/api/v2/otlp", "https://proxy.example.org/to/dynatrace/e/abc12345/api/v2/otlp/v1/traces")]
    [InlineData("https://10.1.2.3:9999/e/abc12345", "https://10.1.2.3:9999/e/abc12345/api/v2/otlp/v1/traces")]
    [InlineData("https://[fd00::1]:9999/e/abc12345", "https://[fd00::1]:9999/e/abc12345/api/v2/otlp/v1/traces")]
    [InlineData("http://127.0.0.1:5123", "http://127.0.0.1:5123/api/v2/otlp/v1/traces")]
    [InlineData("http://localhost:5123/e/x/api/v2/otlp", "http://localhost:5123/e/x/api/v2/otlp/v1/traces")]
    public void PastedAddressesAreRead(string text, string traces)
    {
        Assert.True(DynatraceEndpoint.TryParse(text, out var endpoint, out var problem), problem);

        Assert.Equal(traces, endpoint.ToString());
        Assert.Empty(endpoint.Corrections);
    }

    [Theory]
    [InlineData("https://abc12345.live.apps.dynatrace.com", Saas, "abc12345.live.apps.dynatrace.com is no host of Dynatrace's")]
    [InlineData("https://abc12345.dynatrace.com", Saas, "abc12345.dynatrace.com is no host of Dynatrace's")]
    [InlineData("abc12345.live", Saas, "abc12345.live is no host of Dynatrace's")]
    [InlineData("abc12345.live.dynatrace", Saas, "abc12345.live.dynatrace is no host of Dynatrace's")]
    [InlineData("https://abc12345", Saas, "an id alone needs no https://")]
    [InlineData("https://https://abc12345.live.dynatrace.com", Saas, "https:// stood there twice")]
    [InlineData("https://abc12345.live.dynatrace.com:9999", Saas, "Dynatrace listens on port 443, not 9999")]
    [InlineData("https://abc12345.live.dynatrace.com/e/abc12345/api/v2/otlp", Saas, "the host names the environment, and /e/ is for Managed and ActiveGate")]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp/v1/logs", Saas, "/v1/logs is for another signal")]
    [InlineData("https://abc12345.live.dynatrace.com/v1/traces", Saas, "its path is not that of the OTLP API")]
    [InlineData("https://abc12345.live.dynatrace.com/#home;gf=all", Saas, "what follows ? or # is no part of it")]
    [InlineData("https://abc12345.apps.dynatrace.com/ui/apps?secret=x", Saas, "what follows ? or # is no part of it")]
    [InlineData("https://abc12345.apps.sprint.dynatracelabs.com", Sprint, "abc12345.apps.sprint.dynatracelabs.com is no host of Dynatrace's")]
    [InlineData($"https://managed.example.org/e/{Uuid}/#dashboards", Managed, "what follows ? or # is no part of it")]
    [InlineData($"https://gate.example.org:9999/e/{Uuid}/api/v2/otlp/v1/metrics", Gate, "/v1/metrics is for another signal")]
    [InlineData("https://gate.example.org:9999", "https://gate.example.org:9999/api/v2/otlp/v1/traces", "it names no environment (/e/{id}), which is right only where a proxy adds it")]
    [InlineData("https://proxy.example.org/otlp/api/v2/otlp", "https://proxy.example.org/otlp/api/v2/otlp/v1/traces", "it names no environment (/e/{id}), which is right only where a proxy adds it")]
    public void AMistakeWithOneMeaningIsCorrectedAndSaid(string text, string traces, string reason)
    {
        Assert.True(DynatraceEndpoint.TryParse(text, out var endpoint, out var problem), problem);

        Assert.Equal(traces, endpoint.ToString());
        Assert.Equal($"is read as {traces}: {reason}.", Assert.Single(endpoint.Corrections));
    }

    [Theory]
    [InlineData(Uuid, "names a Managed environment without its domain. Is it https://{domain}/e/{id} or https://{activegate}:9999/e/{id}?")]
    [InlineData($"/e/{Uuid}/api/v2/otlp", "names a Managed environment without its domain. Is it https://{domain}/e/{id} or https://{activegate}:9999/e/{id}?")]
    [InlineData("https://managed.example.org/e/", "names no environment behind /e/. Is it https://managed.example.org/e/{id}?")]
    [InlineData("https://abc12345.apps.dynatracelabs.com", "has several meanings. Is it https://abc12345.live.dynatrace.com or https://abc12345.sprint.dynatracelabs.com or https://abc12345.dev.dynatracelabs.com?")]
    [InlineData("https://abc12345.sprint.dynatrace.com", "has several meanings. Is it https://abc12345.live.dynatrace.com or https://abc12345.sprint.dynatracelabs.com or https://abc12345.dev.dynatracelabs.com?")]
    [InlineData("https://abc12345.live.dynatrace.com/e/xyz98765", "names two environments. Is it https://abc12345.live.dynatrace.com or https://xyz98765.live.dynatrace.com?")]
    [InlineData("https://abc12345.apps.dynatrace.example.gov", "is a web address, where no spans are taken. Is it https://abc12345.live.dynatrace.example.gov or https://{domain}/e/abc12345?")]
    [InlineData("https://live.dynatrace.com", "names no environment. Is it https://{id}.live.dynatrace.com, with the id before the first dot of the environment's web address?")]
    [InlineData("https://www.dynatrace.com/", "names no environment. Is it https://{id}.live.dynatrace.com, with the id before the first dot of the environment's web address?")]
    public void AnAmbiguousAddressIsRefusedWithTheCandidates(string text, string expected)
    {
        Assert.False(DynatraceEndpoint.TryParse(text, out _, out var problem));

        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("http://abc12345.live.dynatrace.com", "must be an https address: spans and the token would travel in the open.")]
    [InlineData("ftp://abc12345.live.dynatrace.com", "must be an https address: spans and the token would travel in the open.")]
    [InlineData("https://user:password@abc12345.live.dynatrace.com", "takes an address without user and password.")]
    [InlineData("https://{your-environment-id}.live.dynatrace.com", "still holds a placeholder: put the environment's own id or domain in its place.")]
    [InlineData(Some.Token, "is a token, not an environment: it belongs into Dynatrace__ApiToken.")]
    [InlineData("production", "is neither an environment id (such as abc12345) nor an address (such as https://abc12345.live.dynatrace.com).")]
    [InlineData("abc12345, xyz98765", "is neither an environment id (such as abc12345) nor an address (such as https://abc12345.live.dynatrace.com).")]
    [InlineData("https://", "is neither an environment id (such as abc12345) nor an address (such as https://abc12345.live.dynatrace.com).")]
    public void AMalformedAddressIsRefused(string text, string expected)
    {
        Assert.False(DynatraceEndpoint.TryParse(text, out _, out var problem));

        Assert.Equal(expected, problem);
    }
}
