using Azure.Core;
using Azure.Identity;
using SpanRelay.Settings;

namespace SpanRelay.Tokens;

/// <summary>
/// The identity for Key Vault and the storage account: in Azure the managed identity (the one that AZURE_CLIENT_ID names, else
/// the app's own), elsewhere the developer's login (az login, azd auth login, Connect-AzAccount). Nothing is tried in between,
/// so that an error about a missing permission names the identity that lacks it.
/// </summary>
public static class AzureLogin
{
    /// <param name="settings">The app's environment; App Service and Functions set IDENTITY_ENDPOINT there.</param>
    /// <param name="clientId">The managed identity's; null for the one that AZURE_CLIENT_ID names.</param>
    /// <setting name="AZURE_CLIENT_ID">The managed identity that reads Key Vault, if not the app's own. Outside Azure, the developer's login (`azd auth login` or `az login`) is used.</setting>
    /// <setting name="IDENTITY_ENDPOINT" set-by="Azure">Where the managed identity gets its tokens. Without it, the app takes itself to be outside Azure.</setting>
    public static TokenCredential Create(SettingsReader settings, string? clientId = null)
    {
        if (settings.Text("IDENTITY_ENDPOINT") is null)
            return new ChainedTokenCredential(new AzureCliCredential(), new AzureDeveloperCliCredential(), new AzurePowerShellCredential());

        return new ManagedIdentityCredential((clientId ?? settings.Text("AZURE_CLIENT_ID")) is { } identity
            ? ManagedIdentityId.FromUserAssignedClientId(identity)
            : ManagedIdentityId.SystemAssigned);
    }
}
