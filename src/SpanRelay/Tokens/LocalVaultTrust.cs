using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;

namespace SpanRelay.Tokens;

/// <summary>
/// How the client reaches the local runtime's Key Vault stand-in: it trusts the stand-in's certificate authority, and does
/// not require a host below vault.azure.net. Both apply only to a vault on the loopback interface; for any other nothing
/// changes.
/// </summary>
internal static class LocalVaultTrust
{
    /// <summary>The certificate authority as PEM, set by the local runtime.</summary>
    /// <setting name="SPANRELAY_LOCAL_VAULT_CA" set-by="`spanrelay run`">The certificate authority of the local Key Vault stand-in. It has no effect on any other vault.</setting>
    public const string Setting = "SPANRELAY_LOCAL_VAULT_CA";

    public static void Apply(SecretClientOptions options, Uri vault, string? certificateAuthority)
    {
        if (certificateAuthority is null || !vault.IsLoopback)
            return;

        options.DisableChallengeResourceVerification = true;
        options.Transport = new HttpClientTransport(new HttpClient(Handler(certificateAuthority)));
    }

    private static SocketsHttpHandler Handler(string certificateAuthority)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // Made at start, never published.
        };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(certificateAuthority));
        return new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = { CertificateChainPolicy = policy } };
    }
}
