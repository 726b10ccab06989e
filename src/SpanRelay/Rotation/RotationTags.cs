using System.Globalization;
using Azure.Security.KeyVault.Secrets;

namespace SpanRelay.Rotation;

/// <summary>
/// What a rotation must not forget, in the tags of the version it wrote: it lies in the vault with the token, so whoever goes on
/// after a crash, on whatever machine, knows it. No secret.
/// </summary>
/// <param name="State">How far it came.</param>
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

    // The first of them is the one just replaced; what does not fit is found by its name.
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
