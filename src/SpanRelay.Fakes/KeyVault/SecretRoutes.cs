using System.Text.Json;
using System.Text.Json.Nodes;
using SpanRelay.Dynatrace;

namespace SpanRelay.Fakes.KeyVault;

/// <summary>The vault's operations on secrets, as its REST reference describes them.</summary>
internal sealed class SecretRoutes(SecretStore store, Func<Uri> vault)
{
    private const int RecoverableDays = 90;
    private const int PageSize = 25;

    public KeyVaultReply Response(string method, string path, IReadOnlyDictionary<string, string> query, JsonElement? body)
    {
        var parts = path.Trim('/').Split('/');
        return (method, parts) switch
        {
            ("GET", ["secrets"]) => List(store.Names.Select(name => Item(name, store.Find(name, null)!, withVersion: false)), path, query),
            ("GET", ["secrets", var name, "versions"]) => List(store.Versions(name).Select(version => Item(name, version, withVersion: true)), path, query),
            ("GET", ["secrets", var name]) => Get(name, null),
            ("GET", ["secrets", var name, var version]) => Get(name, version),
            ("PUT", ["secrets", var name]) => Set(name, body),
            ("PATCH", ["secrets", var name, var version]) => Update(name, version, body),
            ("DELETE", ["secrets", var name]) => store.Delete(name) ? Deleted(name) : NotFound(name),
            ("GET", ["deletedsecrets", var name]) => Deleted(name),
            ("POST", ["deletedsecrets", var name, "recover"]) => store.Recover(name) ? Get(name, null) : NotFound(name),
            ("DELETE", ["deletedsecrets", var name]) => store.Purge(name) ? new KeyVaultReply(204) : NotFound(name),
            _ => KeyVaultReply.Error(405, "MethodNotAllowed", $"{method} is not supported here."),
        };
    }

    private KeyVaultReply Get(string name, string? version)
    {
        if (store.Find(name, version) is not { } found)
            return NotFound(name);
        if (!found.Enabled)
            return KeyVaultReply.Error(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
        // Neither exp nor nbf prevents reading a secret: they only inform.
        return new KeyVaultReply(200, Bundle(name, found));
    }

    private KeyVaultReply Set(string name, JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } json || !json.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.String)
            return KeyVaultReply.Error(400, "BadParameter", "The request body has no value.");
        return store.Set(name, value.GetString()!, version => Describe(version, json)) is { } set
            ? new KeyVaultReply(200, Bundle(name, set))
            : KeyVaultReply.Error(409, "Conflict", $"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused.", "ObjectIsDeletedButRecoverable");
    }

    private KeyVaultReply Update(string name, string version, JsonElement? body)
    {
        if (store.Find(name, version) is not { } found)
            return NotFound(name);
        if (body is { ValueKind: JsonValueKind.Object } json)
            Describe(found, json);
        store.Touch(found);
        var bundle = Bundle(name, found);
        bundle.Remove("value");
        return new KeyVaultReply(200, bundle);
    }

    private KeyVaultReply Deleted(string name)
    {
        if (store.FindDeleted(name) is not var (newest, when))
            return NotFound(name);
        var bundle = Bundle(name, newest);
        bundle.Remove("value");
        bundle["recoveryId"] = new Uri(vault(), $"/deletedsecrets/{name}").AbsoluteUri;
        bundle["deletedDate"] = when.ToUnixTimeSeconds();
        bundle["scheduledPurgeDate"] = when.AddDays(RecoverableDays).ToUnixTimeSeconds();
        return new KeyVaultReply(200, bundle);
    }

    private KeyVaultReply List(IEnumerable<JsonObject> items, string path, IReadOnlyDictionary<string, string> query)
    {
        var skip = query.TryGetValue("$skiptoken", out var token) && int.TryParse(token, out var parsed) ? parsed : 0;
        var all = items.ToList();
        var page = all.Skip(skip).Take(PageSize).ToArray<JsonNode?>();
        var next = skip + page.Length < all.Count
            ? new Uri(vault(), $"{path}?api-version={query["api-version"]}&$skiptoken={skip + page.Length}").AbsoluteUri
            : null;
        return new KeyVaultReply(200, new JsonObject { ["value"] = new JsonArray(page), ["nextLink"] = next });
    }

    private JsonObject Item(string name, StoredSecret version, bool withVersion)
    {
        var bundle = Bundle(name, version);
        bundle.Remove("value");
        if (!withVersion)
            bundle["id"] = new Uri(vault(), $"/secrets/{name}").AbsoluteUri;
        return bundle;
    }

    private JsonObject Bundle(string name, StoredSecret version)
    {
        var attributes = new JsonObject
        {
            ["enabled"] = version.Enabled,
            ["created"] = version.Created.ToUnixTimeSeconds(),
            ["updated"] = version.Updated.ToUnixTimeSeconds(),
            ["recoveryLevel"] = "Recoverable+Purgeable",
            ["recoverableDays"] = RecoverableDays,
        };
        if (version.ExpiresOn is { } expires)
            attributes["exp"] = expires.ToUnixTimeSeconds();
        if (version.NotBefore is { } notBefore)
            attributes["nbf"] = notBefore.ToUnixTimeSeconds();
        var bundle = new JsonObject
        {
            ["value"] = version.Value,
            ["id"] = new Uri(vault(), $"/secrets/{name}/{version.Version}").AbsoluteUri,
            ["attributes"] = attributes,
            ["tags"] = new JsonObject(version.Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))),
        };
        if (version.ContentType is { } type)
            bundle["contentType"] = type;
        return bundle;
    }

    private static void Describe(StoredSecret version, JsonElement json)
    {
        if (json.TryGetProperty("contentType", out var type) && type.ValueKind == JsonValueKind.String)
            version.ContentType = type.GetString();
        if (json.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Object)
            version.Tags = tags.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString() ?? "");
        if (!json.TryGetProperty("attributes", out var attributes) || attributes.ValueKind != JsonValueKind.Object)
            return;
        if (attributes.TryGetProperty("enabled", out var enabled) && enabled.ValueKind is JsonValueKind.True or JsonValueKind.False)
            version.Enabled = enabled.GetBoolean();
        if (attributes.TryGetProperty("exp", out var exp))
            version.ExpiresOn = Time(exp);
        if (attributes.TryGetProperty("nbf", out var nbf))
            version.NotBefore = Time(nbf);
    }

    private static DateTimeOffset? Time(JsonElement seconds) =>
        seconds.ValueKind == JsonValueKind.Number ? DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64()) : null;

    private static KeyVaultReply NotFound(string name) => KeyVaultReply.Error(
        404, "SecretNotFound", $"A secret with (name/id) {name} was not found in this key vault.");
}
