using System.Text.Json.Serialization;

namespace SpanRelay.Dynatrace;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenLookupRequest))]
[JsonSerializable(typeof(TokenLookup))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(TokenApiError))]
internal sealed partial class TokenApiJson : JsonSerializerContext;

// Classes rather than records where they hold a secret: a record prints its members.
internal sealed class TokenLookupRequest(string token)
{
    public string Token { get; } = token;
}

internal sealed record TokenLookup(string? Id, string? Name, bool? Enabled, IReadOnlyList<string>? Scopes, DateTimeOffset? ExpirationDate, bool? PersonalAccessToken = null);

internal sealed record TokenRequest(string Name, IReadOnlyList<string> Scopes, string ExpirationDate);

internal sealed class CreatedToken
{
    public string? Id { get; init; }

    public string? Token { get; init; }

    public DateTimeOffset? ExpirationDate { get; init; }
}

internal sealed record TokenList(IReadOnlyList<ListedToken?>? ApiTokens, string? NextPageKey);

internal sealed record ListedToken(string? Id, string? Name, DateTimeOffset? CreationDate);

internal sealed record TokenApiError(TokenApiErrorBody? Error);

internal sealed record TokenApiErrorBody(int? Code, string? Message);
