using System.Net.Http.Headers;
using System.Text.Json;

namespace SpanRelay.Deploy;

/// <summary>The calls of Azure's management API that the templates cannot make.</summary>
internal sealed class ResourceManager(HttpClient http, string accessToken)
{
    private const string Root = "https://management.azure.com";

    /// <summary>A vault of this environment and region that is deleted, but can be recovered, and reserves its name.</summary>
    /// <returns>Its name; null where there is none, or Azure did not tell.</returns>
    public async Task<string?> FindDeletedVaultAsync(string subscription, string environment, string location)
    {
        var address = $"{Root}/subscriptions/{Uri.EscapeDataString(subscription)}/providers/Microsoft.KeyVault/deletedVaults?api-version=2023-07-01";
        if (await SendAsync(HttpMethod.Get, address) is not { ValueKind: JsonValueKind.Object } answer
            || !answer.TryGetProperty("value", out var vaults) || vaults.ValueKind != JsonValueKind.Array)
            return null;
        return vaults.EnumerateArray().Where(vault => IsOf(vault, environment, location)).Select(vault => vault.GetProperty("name").GetString()).FirstOrDefault();
    }

    /// <summary>Deletes the namespace's own rule, whose keys may do everything.</summary>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> DeleteRootRuleAsync(string namespaceId) =>
        await SendAsync(HttpMethod.Delete, $"{Root}{namespaceId}/authorizationRules/RootManageSharedAccessKey?api-version=2024-01-01") is not null;

    /// <returns>The primary key of a rule of the hub; null where Azure does not give it.</returns>
    public async Task<string?> ReadKeyAsync(string hubId, string rule) =>
        await SendAsync(HttpMethod.Post, $"{Root}{hubId}/authorizationRules/{rule}/listKeys?api-version=2024-01-01") is { ValueKind: JsonValueKind.Object } keys && keys.TryGetProperty("primaryKey", out var key)
            ? key.GetString()
            : null;

    private async Task<JsonElement?> SendAsync(HttpMethod method, string address)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        try
        {
            using var response = await http.SendAsync(request);
            if (!response.IsSuccessStatusCode)
                return null;
            var body = await response.Content.ReadAsByteArrayAsync();
            return body.Length == 0 ? default(JsonElement) : JsonElement.Parse(body);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }

    private static bool IsOf(JsonElement vault, string environment, string location) =>
        vault.ValueKind == JsonValueKind.Object && vault.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && properties.TryGetProperty("location", out var place) && place.GetString() == location
        && properties.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Object
        && tags.TryGetProperty("azd-env-name", out var name) && name.GetString() == environment;
}
