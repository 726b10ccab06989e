using System.Text.Json;

namespace SpanRelay.Functions.RotateToken;

/// <summary>What is wanted of an Event Grid event: <c>{"Data":{"event":{"eventType":"…","data":{"ObjectName":"…","Version":"…"}}}}</c>.</summary>
/// <param name="Type">Such as <see cref="SecretNearExpiry"/>.</param>
/// <param name="Secret">The secret's name.</param>
/// <param name="Version">The version that the event is about.</param>
internal sealed record KeyVaultEvent(string Type, string? Secret, string? Version)
{
    public const string SecretNearExpiry = "Microsoft.KeyVault.SecretNearExpiry";

    /// <exception cref="InvalidDataException">The body is not such an invocation.</exception>
    public static async Task<KeyVaultEvent> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var invocation = await JsonDocument.ParseAsync(body, default, cancellationToken);
            if (Member(invocation.RootElement, "Data") is not { } data || Member(data, "event") is not { } raised)
                throw new InvalidDataException("The body holds no event.");

            // "type" is CloudEvents' name for it; a subscription may deliver in either schema.
            var type = Text(raised, "eventType") ?? Text(raised, "type") ?? throw new InvalidDataException("The event has no type.");
            var about = Member(raised, "data");
            return new KeyVaultEvent(type, about is null ? null : Text(about.Value, "ObjectName"), about is null ? null : Text(about.Value, "Version"));
        }
        catch (JsonException)
        {
            throw new InvalidDataException("The body is not JSON.");
        }
    }

    private static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;
}
