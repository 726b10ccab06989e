using Azure.Core;
using Azure.Identity;

namespace SpanRelay.Deploy;

/// <summary>Reads the key of a hub's policy from Azure, with the user's login.</summary>
/// <param name="azd">The repository's azd project; null where there is none.</param>
internal sealed class HubKeyReader(TokenCredential login, Azd? azd, HttpClient http)
{
    private const string Scope = "https://management.azure.com/.default";

    /// <summary>Reads it with the help of the repository around the current folder, if there is one.</summary>
    /// <returns>The key, or why there is none.</returns>
    public static async Task<(string? Key, string? Problem)> ReadAsync(TokenCredential login, HubLocation location, string policy, bool secondary, CancellationToken cancellationToken)
    {
        using var http = new AzureHttp();
        return await new HubKeyReader(login, OpenAzd(), http.Client).ReadAsync(location, policy, secondary, cancellationToken);
    }

    /// <returns>The key, or why there is none.</returns>
    public async Task<(string? Key, string? Problem)> ReadAsync(HubLocation location, string policy, bool secondary, CancellationToken cancellationToken)
    {
        if (await location.FindAsync(azd) is not { } id)
            return (null, $"To read it from Azure, {HubLocation.Hint}.");
        try
        {
            var token = await login.GetTokenAsync(new TokenRequestContext([Scope]), cancellationToken);
            return await new ResourceManager(http, token.Token).ReadHubKeyAsync(id, policy, secondary);
        }
        catch (AuthenticationFailedException e)
        {
            return (null, $"You are not logged in to Azure. Run \"azd auth login\" or \"az login\". ({OneLine.From(e.Message, 300)})");
        }
    }

    private static Azd? OpenAzd()
    {
        try
        {
            return AzdProject.Open().Azd;
        }
        catch (AzdException)
        {
            return null;
        }
    }
}
