using SpanRelay.Local.Host;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Tokens;

public class TokenOptionsTests
{
    private const string Secret = "https://vault.vault.azure.net/secrets/dynatrace-token";

    [Fact]
    public void ASecretIsEnough()
    {
        var settings = Settings(("Dynatrace__TokenSecretUri", Secret));

        var options = TokenOptions.Read(settings);

        Assert.Empty(settings.Problems);
        Assert.Equal("https://vault.vault.azure.net/", options.Secret!.Vault.AbsoluteUri);
        Assert.Equal("dynatrace-token", options.Secret.Name);
        Assert.Null(options.Secret.Version);
        Assert.Equal(TimeSpan.FromMinutes(5), options.Refresh);
        Assert.Null(options.RotationSecret);
    }

    [Fact]
    public void AVersionMayBeNamed()
    {
        var options = TokenOptions.Read(Settings(("Dynatrace__TokenSecretUri", Secret + "/0123456789abcdef0123456789abcdef")));

        Assert.Equal("0123456789abcdef0123456789abcdef", options.Secret!.Version);
    }

    [Fact]
    public void OnlyOneOfBothMayBeSet() => AssertProblem(
        "Dynatrace__ApiToken must not be set together with Dynatrace__TokenSecretUri: choose one. In Azure that is the Key Vault secret.",
        ("Dynatrace__TokenSecretUri", Secret), ("Dynatrace__ApiToken", Some.Token));

    [Fact]
    public void OneOfBothMustBeSet() => AssertProblem(
        "Dynatrace__TokenSecretUri is missing: give the identifier of the Key Vault secret that holds the Dynatrace token, or, for local use, the token itself in Dynatrace__ApiToken.");

    [Theory]
    [InlineData("hunter2")]
    [InlineData("http://vault.vault.azure.net/secrets/dynatrace-token")]
    [InlineData("https://vault.vault.azure.net/keys/dynatrace-token")]
    [InlineData("https://vault.vault.azure.net/")]
    [InlineData("https://user:hunter2@vault.vault.azure.net/secrets/dynatrace-token")]
    public void AnythingButASecretsIdentifierIsRefusedWithoutBeingRepeated(string text) => AssertProblem(
        "Dynatrace__TokenSecretUri is not a secret identifier, which looks like https://{vault}.vault.azure.net/secrets/{name}.",
        ("Dynatrace__TokenSecretUri", text));

    [Fact]
    public void RotationNeedsASecretToWriteTo() => AssertProblem(
        "Dynatrace__RotationTokenSecretUri needs Dynatrace__TokenSecretUri: rotation writes the new token there.",
        ("Dynatrace__ApiToken", Some.Token), ("Dynatrace__RotationTokenSecretUri", Secret));

    [Fact]
    public void RotationNeedsASecretWithoutAVersion() => AssertProblem(
        "Dynatrace__RotationTokenSecretUri needs Dynatrace__TokenSecretUri without a version: rotation writes new ones.",
        ("Dynatrace__TokenSecretUri", Secret + "/0123456789abcdef0123456789abcdef"), ("Dynatrace__RotationTokenSecretUri", Secret + "-rotation"));

    [Fact]
    public void TheTokenThatCreatesIsAnother() => AssertProblem(
        "Dynatrace__RotationTokenSecretUri must name another secret than Dynatrace__TokenSecretUri: the token that creates tokens is not the one that sends spans.",
        ("Dynatrace__TokenSecretUri", Secret), ("Dynatrace__RotationTokenSecretUri", Secret));

    [Theory]
    [InlineData("Dynatrace__TokenLifetimeDays", "30", "takes a whole number from 40 to 3650 (default: 90).")]
    [InlineData("Dynatrace__TokenRefresh", "5", "takes a time as hh:mm:ss, from 00:00:01 to 1.00:00:00 (default: 00:05:00).")]
    public void LimitsAreSaid(string name, string value, string problem) => AssertProblem($"{name} {problem}", ("Dynatrace__TokenSecretUri", Secret), (name, value));

    private static void AssertProblem(string problem, params (string Name, string Value)[] values)
    {
        var settings = Settings(values);
        TokenOptions.Read(settings);
        Assert.Equal([problem], settings.Problems);
    }

    private static SettingsReader Settings(params (string Name, string Value)[] values) =>
        new(values.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value)));
}
