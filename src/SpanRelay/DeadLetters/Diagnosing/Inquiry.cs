using System.Globalization;
using SpanRelay.Delivery;
using SpanRelay.Tokens;

namespace SpanRelay.DeadLetters;

/// <summary>
/// Asks Dynatrace where its answer alone does not tell: the token lookup for a refused token, an empty request for an unknown
/// address. A thousand letters of one cause ask once a minute; whatever goes wrong is an answer too.
/// </summary>
internal sealed class Inquiry(TokenSource tokens, TokenApi api, TokenVault? rotationVault, DynatraceOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<string, (DateTimeOffset Until, Findings Findings)> _kept = [];

    public async Task<Findings> AskAsync(Answer answer, string endpoint, CancellationToken cancellationToken)
    {
        var question = answer.Status switch
        {
            401 or 403 when tokens.Current is { } token => "token " + token.Version,
            404 or 405 when WithoutEnvironment(endpoint) is not null => "address " + endpoint,
            _ => null,
        };
        if (question is null)
            return Findings.None;

        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if (_kept.TryGetValue(question, out var kept) && now < kept.Until)
                return kept.Findings;

            var findings = answer.Status is 401 or 403
                ? await LookUpAsync(tokens.Current!, cancellationToken).ConfigureAwait(false)
                : await ProbeAsync(WithoutEnvironment(endpoint)!, cancellationToken).ConfigureAwait(false);
            _kept.Clear(); // One cause at a time: what was asked before is not asked about any more.
            _kept[question] = (now + KeptFor, findings);
            return findings;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<Findings> LookUpAsync(TokenVersion token, CancellationToken cancellationToken)
    {
        var findings = new Findings { SecretExpiresOn = token.ExpiresOn };
        if (token.Token.IsPlatform)
            return findings with { Evidence = ["The token is a platform token, of which the token lookup knows nothing."] };

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var found = await LookUpAsync(token.Token, either.Token).ConfigureAwait(false);
            return findings with { Token = found, Evidence = [Text(token, found)] };
        }
        catch (TokenApiException e) when (e.Status == 404)
        {
            return findings with { IsTokenUnknown = true, Evidence = [$"The token lookup does not know {token.Token}."] };
        }
        catch (TokenApiException e)
        {
            var why = e.Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"status {status}.") : e.Message;
            return findings with { Evidence = [$"The token lookup says nothing of {token.Token}: {why}"] };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return findings with { Evidence = ["The token lookup did not answer in time."] };
        }
    }

    /// <summary>A token that is refused cannot ask for itself either; the one that rotates it can.</summary>
    private async Task<TokenLookup> LookUpAsync(ApiToken token, CancellationToken cancellationToken)
    {
        try
        {
            return await api.LookUpAsync(token, cancellationToken).ConfigureAwait(false);
        }
        catch (TokenApiException e) when (e.Status is 401 or 403 && rotationVault is not null)
        {
            if (await ReadRotationTokenAsync(cancellationToken).ConfigureAwait(false) is not { } asker)
                throw;
            return await api.LookUpAsync(token, asker, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ApiToken?> ReadRotationTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await rotationVault!.ReadAsync(cancellationToken).ConfigureAwait(false)).Token?.Token;
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
        return $"The token lookup says of {token.Token}: {(found.Enabled == false ? "disabled" : "enabled")}{kind}, expires {expiry}, scopes {string.Join(", ", found.Scopes ?? [])}.";
    }

    private async Task<Findings> ProbeAsync(Uri address, CancellationToken cancellationToken)
    {
        if (tokens.Current is not { } token)
            return Findings.None;

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var status = await api.ProbeAsync(address, token.Token, either.Token).ConfigureAwait(false);
            return new Findings
            {
                StatusWithoutEnvironment = status,
                Evidence = [string.Create(CultureInfo.InvariantCulture, $"An empty request to {address.AbsoluteUri}, without /e/{{id}}, is answered with {status}.")],
            };
        }
        catch (TokenApiException e)
        {
            return new Findings { Evidence = [$"An empty request to {address.AbsoluteUri}, without /e/{{id}}, is not answered: {e.Message}"] };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Findings { Evidence = [$"An empty request to {address.AbsoluteUri}, without /e/{{id}}, is not answered in time."] };
        }
    }

    /// <summary>The configured address without its /e/{id}; null where it has none. The token goes to no other host.</summary>
    private Uri? WithoutEnvironment(string endpoint)
    {
        var traces = options.Endpoint.Traces;
        var start = traces.AbsolutePath.IndexOf("/e/", StringComparison.Ordinal);
        var end = start < 0 ? -1 : traces.AbsolutePath.IndexOf("/api/", start, StringComparison.Ordinal);
        return end < 0 || endpoint != traces.AbsoluteUri ? null : new Uri(traces, traces.AbsolutePath[..start] + traces.AbsolutePath[end..]);
    }
}
