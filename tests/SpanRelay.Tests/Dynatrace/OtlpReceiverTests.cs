using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Dynatrace;

public sealed class OtlpReceiverTests
{
    [Theory]
    [InlineData("https://collector.example.com:4318", "https://collector.example.com:4318/v1/traces", false)]
    [InlineData("https://collector.example.com/otlp/v1/traces", "https://collector.example.com/otlp/v1/traces", false)]
    [InlineData("http://localhost:4318/", "http://localhost:4318/v1/traces", false)]
    [InlineData("https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces", "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces", true)]
    public void AnAddressIsUsedUnchanged(string address, string traces, bool isDynatrace)
    {
        var receiver = OtlpReceiver.Read(address, "--to", new SettingsReader([]));

        Assert.Equal(traces, receiver!.Traces.AbsoluteUri);
        Assert.Equal(isDynatrace, receiver.IsDynatrace);
    }

    [Theory]
    [InlineData("collector:4318", "--to takes the address of an OTLP/HTTP receiver, such as https://collector.example.com:4318/v1/traces.")]
    [InlineData("http://collector.example.com", "--to must be an https address, or one of this machine: otherwise spans would travel unencrypted.")]
    [InlineData("https://ada:hunter2@example.com", "--to takes an address without user, password and query: put the Authorization header's value into the environment variable SPANRELAY_TO_AUTHORIZATION.")]
    [InlineData("https://example.com/?key=hunter2", "--to takes an address without user, password and query: put the Authorization header's value into the environment variable SPANRELAY_TO_AUTHORIZATION.")]
    public void ProblemsNameTheOptionAndNoSecret(string address, string problem)
    {
        var settings = new SettingsReader([]);

        Assert.Null(OtlpReceiver.Read(address, "--to", settings));

        Assert.Equal([problem], settings.Problems);
    }

    [Fact]
    public void SettingsOfDynatraceAreNeitherNeededNorLookedAt()
    {
        var settings = new SettingsReader([new("Dynatrace__ApiToken", Some.Token), new("Dynatrace__Whatever", "1"), new("Relay__MaxParallelRequests", "2")]);

        var options = RelayOptions.ReadFor(OtlpReceiver.Read("https://example.com", "--to", settings)!, settings);

        Assert.Empty(settings.Problems);
        Assert.False(options.ChecksSpanEnds);
        Assert.Equal(2, options.MaxParallelRequests);
        Assert.Null(options.Dynatrace.Token.ApiToken);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer abc")]
    public async Task TheReceiverGetsItsOwnHeaderOrNoneAndNeverTheToken(string? authorization)
    {
        await using var server = await DynatraceServer.StartAsync(new DynatraceServerOptions(), TestContext.Current.CancellationToken);
        var settings = new SettingsReader([new(OtlpReceiver.AuthorizationVariable, authorization), new("Dynatrace__ApiToken", Some.Token)]);
        using var client = new DynatraceClient(OtlpReceiver.Read(server.TracesAddress.AbsoluteUri, "--to", settings)!, TimeProvider.System);

        await client.SendAsync(Some.Request(Some.Span()).ToByteArray(), TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(authorization, Assert.Single(server.Requests).Headers.GetValueOrDefault("Authorization"));
    }
}
