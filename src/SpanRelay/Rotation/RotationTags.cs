using System.Globalization;
using Azure.Security.KeyVault.Secrets;

namespace SpanRelay.Rotation;

/// <summary>
/// A rotation's state, in the tags of the version it wrote: it is in the vault with the token, so any instance can continue
/// after a crash. No secret.
/// </summary>
/// <param name="State">How far the rotation is.</param>
/// <param name="TokenId">The new token's id in Dynatrace.</param>
/// <param name="Replaces">Ids of the tokens to delete after the overlap.</param>
/// <param name="ProvedAt">When the overlap began; null before that.</param>
internal sealed record RotationTags(RotationState State, string TokenId, IReadOnlyList<string> Replaces, DateTimeOffset? ProvedAt)
{
    private const string StateTag = "spanrelay-rotation";
    private const string TokenIdTag = "spanrelay-token-id";
    private const string ReplacesTag = "spanrelay-replaces";
    private const string ProvedAtTag = "spanrelay-proved-at";
    private const int MaxTagCharacters = 256; // Key Vault's limit.

    /// <returns>Null for a version that no rotation wrote.</returns>
    public static RotationTags? Read(SecretProperties version)
    {
        if (!version.Tags.TryGetValue(StateTag, out var state) || !Enum.TryParse<RotationState>(state, ignoreCase: true, out var parsed))
            return null;

        return new RotationTags(
            parsed,
            version.Tags.TryGetValue(TokenIdTag, out var id) ? id : "",
            version.Tags.TryGetValue(ReplacesTag, out var replaces) ? replaces.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [],
            version.Tags.TryGetValue(ProvedAtTag, out var at) && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, out var time) ? time : null);
    }

    public IReadOnlyDictionary<string, string> ToTags()
    {
        var tags = new Dictionary<string, string> { [StateTag] = State.ToString(), [TokenIdTag] = TokenId, [ReplacesTag] = Join(Replaces) };
        if (ProvedAt is { } at)
            tags[ProvedAtTag] = at.ToString("O", CultureInfo.InvariantCulture);
        return tags;
    }

    // The first one is the token just replaced; those that do not fit are found by their name.
    private static string Join(IReadOnlyList<string> ids)
    {
        var joined = "";
        foreach (var id in ids)
        {
            if (joined.Length + 1 + id.Length <= MaxTagCharacters)
                joined = joined.Length == 0 ? id : $"{joined} {id}";
        }

        return joined;
    }
}
