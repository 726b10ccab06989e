using System.Net.Http.Headers;
using System.Text.Json;

namespace SpanRelay.Deploy;

/// <summary>The calls of Azure's management API that the templates cannot make.</summary>
internal sealed class ResourceManager(HttpClient http, string accessToken)
{
    private const string Root = "https://management.azure.com";

    /// <summary>A vault of this environment and region that is deleted, but can be recovered, and reserves its name.</summary>
    /// <returns>Its name; null if there is none or Azure did not return one.</returns>
    public async Task<string?> FindDeletedVaultAsync(string subscription, string environment, string location)
    {
        var address = $"{Root}/subscriptions/{Uri.EscapeDataString(subscription)}/providers/Microsoft.KeyVault/deletedVaults?api-version=2023-07-01";
        if (await SendAsync(HttpMethod.Get, address) is not (200, { ValueKind: JsonValueKind.Object } answer)
            || !answer.TryGetProperty("value", out var vaults) || vaults.ValueKind != JsonValueKind.Array)
            return null;
        return vaults.EnumerateArray().Where(vault => IsOf(vault, environment, location)).Select(vault => vault.GetProperty("name").GetString()).FirstOrDefault();
    }

    /// <summary>Deletes the namespace's own rule, whose keys may do everything.</summary>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> DeleteRootRuleAsync(string namespaceId) =>
        (await SendAsync(HttpMethod.Delete, $"{Root}{namespaceId}/authorizationRules/RootManageSharedAccessKey?api-version=2024-01-01")).Status is >= 200 and < 300;

    /// <returns>The names of a hub's shared access policies; none where Azure does not tell.</returns>
    public async Task<IReadOnlyList<string>> ListHubPoliciesAsync(string hubId) =>
        await SendAsync(HttpMethod.Get, $"{Root}{hubId}/authorizationRules?api-version=2024-01-01") is (200, { ValueKind: JsonValueKind.Object } answer)
            && answer.TryGetProperty("value", out var policies) && policies.ValueKind == JsonValueKind.Array
            ? [.. policies.EnumerateArray().Where(policy => policy.ValueKind == JsonValueKind.Object && policy.TryGetProperty("name", out _)).Select(policy => policy.GetProperty("name").ToString())]
            : [];

    /// <summary>Reads the key of a shared access policy of a hub.</summary>
    /// <param name="hubId">The hub's resource id.</param>
    /// <param name="secondary">The secondary key, with which a sender goes on while the primary one is regenerated.</param>
    /// <returns>The key, or why there is none.</returns>
    public async Task<(string? Key, string? Problem)> ReadHubKeyAsync(string hubId, string policy, bool secondary)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, $"{Root}{hubId}/authorizationRules/{Uri.EscapeDataString(policy)}/listKeys?api-version=2024-01-01");
        return KeyIn(status, answer, secondary ? "secondaryKey" : "primaryKey", $"the policy {policy}", "Microsoft.EventHub/namespaces/eventhubs/authorizationRules/listKeys/action");
    }

    /// <summary>Reads the default key of a function.</summary>
    /// <param name="appId">The function app's resource id.</param>
    /// <returns>The key, or why there is none.</returns>
    public async Task<(string? Key, string? Problem)> ReadFunctionKeyAsync(string appId, string function)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, $"{Root}{appId}/functions/{Uri.EscapeDataString(function)}/listKeys?api-version=2024-04-01");
        return KeyIn(status, answer, "default", $"the function {function}", "Microsoft.Web/sites/functions/listKeys/action");
    }

    private static (string? Key, string? Problem) KeyIn(int? status, JsonElement answer, string member, string owner, string action) => status switch
    {
        200 when answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(member, out var key) && key.ValueKind == JsonValueKind.String && key.GetString() is { Length: > 0 } text => (text, null),
        200 => (null, $"Azure's answer has no key of {owner}."),
        401 => (null, $"Azure does not accept your login (401), so the key of {owner} cannot be read. Log in to the tenant of the subscription: azd auth login --tenant-id <tenant>, or az login --tenant <tenant>."),
        403 => (null, $"You may not read the key of {owner} (403): that takes the action {action}. The role Contributor on the resource group has it; roles for data only, such as Azure Event Hubs Data Sender, do not."),
        404 => (null, $"Azure finds no {owner[4..]} there (404): check its name, and the names of what it is in, the resource group and the subscription."),
        null => (null, $"{new Uri(Root).Host} cannot be reached, so the key of {owner} cannot be read."),
        _ => (null, $"Azure answered {status} when asked for the key of {owner}. Try again later."),
    };

    /// <returns>The status, null where there was no response; and the body, undefined where it is empty or no JSON.</returns>
    private async Task<(int? Status, JsonElement Answer)> SendAsync(HttpMethod method, string address)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        try
        {
            using var response = await http.SendAsync(request);
            var body = response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync() : [];
            return ((int)response.StatusCode, body.Length == 0 ? default : JsonElement.Parse(body));
        }
        catch (JsonException)
        {
            return (200, default);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return (null, default);
        }
    }

    private static bool IsOf(JsonElement vault, string environment, string location) =>
        vault.ValueKind == JsonValueKind.Object && vault.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && properties.TryGetProperty("location", out var place) && place.GetString() == location
        && properties.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Object
        && tags.TryGetProperty("azd-env-name", out var name) && name.GetString() == environment;
}
