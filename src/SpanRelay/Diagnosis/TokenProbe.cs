using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Diagnosis;

/// <summary>
/// Asks Dynatrace's token lookup about the token that was sent, which need not be the one in use by now. Where the lookup is
/// refused, that is an answer too.
/// </summary>
internal sealed class TokenProbe(TokenSource tokens, TokenApi api, TokenVault? rotationVault)
{
    /// <param name="sent">The token's text form, as an answer holds it.</param>
    public async Task<Findings> AskAsync(string sent, CancellationToken cancellationToken)
    {
        var current = await tokens.GetAsync(cancellationToken); // Another instance may have sent it before this one read any.
        if (tokens.Find(sent) is { } token)
            return await LookUpAsync(token, cancellationToken);

        var why = current is null ? $"the app cannot read it. {tokens.LastProblem}" : $"the app has another by now, {current}.";
        return new Findings { Evidence = [$"That token was not looked up: {why}"] };
    }

    private async Task<Findings> LookUpAsync(TokenVersion token, CancellationToken cancellationToken)
    {
        var findings = new Findings { SecretExpiresOn = token.ExpiresOn };
        if (token.Token.IsPlatform)
            return findings with { Evidence = ["The token is a platform token, of which the token lookup knows nothing."] };

        var (found, refusal) = await TryLookUpAsync(token.Token, token.Token, cancellationToken);
        if (refusal?.Status is 401 or 403 && await ReadRotationTokenAsync(cancellationToken) is { } asker)
        {
            // A token that is refused cannot ask for itself either; the one that rotates it can.
            (found, refusal) = await TryLookUpAsync(token.Token, asker, cancellationToken);
            if (refusal?.Status == 404 && await TryLookUpAsync(asker, asker, cancellationToken) is { Found: not null })
                return findings with { IsTokenUnknown = true, Evidence = [$"The token lookup does not know {token.Token}; it does know {asker}, with which it was asked."] };
        }

        if (found is { Enabled: not null } or { Scopes: not null })
            return findings with { Token = found, Evidence = [Text(token, found)] };
        // A 404 is no answer here: environments without the lookup give it, and a token that is unknown gets a 401.
        var why = refusal is null ? "its answer is empty." : refusal.Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"status {status}.") : ResponseText.OneLine(refusal.Message);
        return findings with { Evidence = [$"The token lookup says nothing of {token.Token}: {why}"] };
    }

    private async Task<(TokenLookup? Found, TokenApiException? Refusal)> TryLookUpAsync(ApiToken token, ApiToken asker, CancellationToken cancellationToken)
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

    private static string Text(TokenVersion token, TokenLookup found)
    {
        var expiry = found.ExpirationDate is { } date ? date.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : "never";
        var kind = found.PersonalAccessToken == true ? ", a personal access token" : "";
        var scopes = found.Scopes is { Count: > 0 } some ? "scopes " + ResponseText.OneLine(string.Join(", ", some)) : "no scopes";
        return $"The token lookup says of {token.Token}: {(found.Enabled == false ? "disabled" : "enabled")}{kind}, expires {expiry}, {scopes}.";
    }
}
