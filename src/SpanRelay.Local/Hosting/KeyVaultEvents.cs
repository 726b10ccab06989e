using System.Globalization;
using System.Text.Json;

namespace SpanRelay.Local.Hosting;

/// <summary>What a Key Vault tells Event Grid, in Event Grid's schema.</summary>
internal static class KeyVaultEvents
{
    public static string SecretNearExpiry(Uri vault, string secret, string version, DateTimeOffset? expires, DateTimeOffset now) => JsonSerializer.Serialize(new
    {
        id = Guid.NewGuid().ToString(),
        topic = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.KeyVault/vaults/local",
        subject = secret,
        eventType = "Microsoft.KeyVault.SecretNearExpiry",
        eventTime = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        data = new
        {
            Id = new Uri(vault, $"/secrets/{secret}/{version}").AbsoluteUri,
            VaultName = "local",
            ObjectType = "Secret",
            ObjectName = secret,
            Version = version,
            NBF = (long?)null,
            EXP = expires?.ToUnixTimeSeconds(),
        },
        dataVersion = "1",
        metadataVersion = "1",
    });
}
