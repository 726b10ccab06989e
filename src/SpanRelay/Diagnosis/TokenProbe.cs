using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Diagnosis;

/// <summary>
/// Looks up the token that was sent, which may no longer be the one in use. A refused lookup is a finding too.
/// </summary>
internal sealed class TokenProbe(TokenSource tokens, TokenApi api, TokenVault? rotationVault)
{
    /// <param name="sent">The token's text form, as in the response.</param>
    public async Task<Findings> AskAsync(string sent, CancellationToken cancellationToken)
    {
        var current = await tokens.GetAsync(cancellationToken); // Another instance may have sent it before this one read a token.
        if (tokens.Find(sent) is { } token)
            return await LookUpAsync(token, cancellationToken);

        var why = current is null ? $"the app cannot read it. {tokens.LastProblem}" : $"the app now uses another, {current}.";
        return new Findings { Evidence = [$"That token was not looked up: {why}"] };
    }

    private async Task<Findings> LookUpAsync(TokenVersion token, CancellationToken cancellationToken)
    {
        var findings = new Findings { SecretExpiresOn = token.ExpiresOn };
        if (token.Token.IsPlatform)
            return findings with { Evidence = ["The token is a platform token, which the token lookup does not know."] };

        var (found, refusal) = await TryLookUpAsync(token.Token, token.Token, cancellationToken);
        if (refusal?.Status is 401 or 403 && await ReadRotationTokenAsync(cancellationToken) is { } asker)
        {
            // A refused token cannot look itself up either; the rotation token can.
            (found, refusal) = await TryLookUpAsync(token.Token, asker, cancellationToken);
            if (refusal?.Status == 404 && await TryLookUpAsync(asker, asker, cancellationToken) is { Found: not null })
                return findings with { IsTokenUnknown = true, Evidence = [$"The token lookup does not know {token.Token}, but does know {asker}, with which it was called."] };
        }

        if (found is { Enabled: not null } or { Scopes: not null })
            return findings with { Token = found, Evidence = [Text(token, found)] };
        // A 404 proves nothing here: environments without the lookup return it, and an unknown token gets a 401.
        var why = refusal is null ? "its response is empty." : refusal.Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"status {status}.") : OneLine.From(refusal.Message, ResponseText.MaxLength);
        return findings with { Evidence = [$"The token lookup says nothing about {token.Token}: {why}"] };
    }

    private async Task<(TokenDetails? Found, TokenApiException? Refusal)> TryLookUpAsync(ApiToken token, ApiToken asker, CancellationToken cancellationToken)
    {
        try
        {
            return (await api.LookUpAsync(token, asker, cancellationToken), null);
        }
        catch (TokenApiException e)
        {
            return (null, e);
        }
    }

    private async Task<ApiToken?> ReadRotationTokenAsync(CancellationToken cancellationToken)
    {
        if (rotationVault is null)
            return null;
        try
        {
            return (await rotationVault.ReadAsync(cancellationToken)).Token?.Token;
        }
        catch (TokenVaultException)
        {
            return null;
        }
    }

    private static string Text(TokenVersion token, TokenDetails found)
    {
        var expiry = found.ExpirationDate is { } date ? date.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : "never";
        var kind = found.PersonalAccessToken == true ? ", a personal access token" : "";
        var scopes = found.Scopes is { Count: > 0 } some ? "scopes " + TokenDetails.Text(some) : "no scopes";
        return $"The token lookup says about {token.Token}: {(found.Enabled == false ? "disabled" : "enabled")}{kind}, expires {expiry}, {scopes}.";
    }
}
