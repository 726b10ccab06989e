using SpanRelay.Functions.Telemetry;
using SpanRelay.Settings;

namespace SpanRelay.Tests.Functions.Telemetry;

public class TelemetryOptionsTests
{
    [Fact]
    public void NothingIsExportedUnlessASettingSaysWhere()
    {
        var (options, problems) = Read(("OTEL_METRICS_EXPORTER", "otlp"), ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "Authorization=AAD"));

        Assert.Equal((false, false), (options.HasMetrics, options.HasTraces));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", false, true)]
    public void AnAddressOfASignalTurnsThatSignalOn(string name, bool metrics, bool traces)
    {
        var (options, _) = Read((name, "https://collector.example.org"));

        Assert.Equal((metrics, traces), (options.MetricsByOtlp, options.TracesByOtlp));
        Assert.Equal((metrics, traces), (options.HasMetrics, options.HasTraces));
        Assert.True(options.IsDelta);
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true", false, false)]
    [InlineData("OTEL_METRICS_EXPORTER", "none", false, true)]
    [InlineData("OTEL_TRACES_EXPORTER", "none", true, false)]
    public void TheStandardVariablesTurnSignalsOff(string name, string value, bool metrics, bool traces)
    {
        var (options, _) = Read((name, value), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"), ("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=x"));

        Assert.Equal((metrics, traces), (options.HasMetrics, options.HasTraces));
    }

    [Theory]
    [InlineData("ClientId=12ab;Authorization=AAD", "12ab")]
    [InlineData("Authorization=AAD", "")]
    [InlineData("authorization=aad; clientId=12ab", "12ab")]
    [InlineData("ClientId=12ab", null)]
    [InlineData(null, null)]
    public void TheIdentityIsTheOneThatTheHostUses(string? text, string? clientId) =>
        Assert.Equal(clientId, Read(("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", text)).Options.ClientId);

    [Theory]
    [InlineData("collector.example.org:4318", "OTEL_EXPORTER_OTLP_ENDPOINT takes an address that starts with http:// or https://.")]
    [InlineData("https://func-1.azurewebsites.net/", "OTEL_EXPORTER_OTLP_ENDPOINT is the app's own address: each of its traces would make another. Name another receiver.")]
    public void AnAddressThatCannotWorkOrLeadsBackIsRefused(string address, string problem) =>
        Assert.Equal([problem], Read(("OTEL_EXPORTER_OTLP_ENDPOINT", address), ("WEBSITE_HOSTNAME", "func-1.azurewebsites.net")).Problems);

    private static (TelemetryOptions Options, IReadOnlyList<string> Problems) Read(params (string Name, string? Value)[] settings)
    {
        var reader = new SettingsReader(settings.Select(each => KeyValuePair.Create(each.Name, each.Value)));
        return (TelemetryOptions.Read(reader), reader.Problems);
    }
}
