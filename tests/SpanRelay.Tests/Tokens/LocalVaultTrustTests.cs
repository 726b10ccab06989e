using Azure.Security.KeyVault.Secrets;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Tokens;

public class LocalVaultTrustTests
{
    [Theory]
    [InlineData("https://vault.vault.azure.net", true, false)]
    [InlineData("https://10.0.0.1:8443", true, false)]
    [InlineData("https://127.0.0.1.example.org", true, false)]
    [InlineData("https://127.0.0.1:8443", false, false)]
    [InlineData("https://127.0.0.1:8443", true, true)]
    [InlineData("https://localhost:8443", true, true)]
    public void OnlyAVaultOnThisMachineAndOnlyWithAnAuthorityIsTrustedOtherwise(string vault, bool hasAuthority, bool isTrusted)
    {
        using var certificates = LoopbackCertificates.Create(TimeProvider.System.GetUtcNow());
        var options = new SecretClientOptions();
        var transport = options.Transport;

        LocalVaultTrust.Apply(options, new Uri(vault), hasAuthority ? certificates.AuthorityPem : null);

        Assert.Equal(isTrusted, options.DisableChallengeResourceVerification);
        Assert.Equal(!isTrusted, ReferenceEquals(transport, options.Transport));
    }
}
