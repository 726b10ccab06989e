using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Diagnosis;

/// <summary>
/// Asks Dynatrace where its answer alone does not tell: the token lookup for a refused token, an empty request for an unknown
/// address. A thousand letters of one cause ask once a minute; whatever goes wrong is an answer too.
/// </summary>
internal sealed class CauseProbe(TokenSource tokens, TokenApi api, TokenVault? rotationVault, DynatraceOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<string, (DateTimeOffset Until, Findings Findings)> _kept = [];
    private readonly TokenProbe _ofToken = new(tokens, api, rotationVault);

    public Task<Findings> AskAsync(Response answer, string endpoint, CancellationToken cancellationToken) => answer.Status switch
    {
        401 or 403 when answer.Token.Length > 0 => OnceAMinuteAsync(
            "token " + answer.Token, stop => _ofToken.AskAsync(answer.Token, stop), new Findings { SecretExpiresOn = tokens.Find(answer.Token)?.ExpiresOn }, cancellationToken),
        404 or 405 when WithoutEnvironment(endpoint) is { } address => OnceAMinuteAsync(
            "address " + endpoint, stop => ProbeAsync(address, stop), Findings.None, cancellationToken),
        _ => Task.FromResult(Findings.None),
    };

    public void Dispose() => _oneAtATime.Dispose();

    /// <param name="otherwise">What is known where no answer comes.</param>
    private async Task<Findings> OnceAMinuteAsync(
        string question, Func<CancellationToken, Task<Findings>> ask, Findings otherwise, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_kept.TryGetValue(question, out var kept) && time.GetUtcNow() < kept.Until)
                return kept.Findings;

            var findings = await WithPatienceAsync(ask, otherwise, cancellationToken);
            var now = time.GetUtcNow();
            foreach (var (old, _) in _kept.Where(each => each.Value.Until <= now).ToList())
                _kept.Remove(old);
            _kept[question] = (now + KeptFor, findings);
            return findings;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<Findings> WithPatienceAsync(Func<CancellationToken, Task<Findings>> ask, Findings otherwise, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return otherwise with { Evidence = [$"Dynatrace was asked for more, and did not answer within {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds."] };
        }
    }

    private async Task<Findings> ProbeAsync(Uri address, CancellationToken cancellationToken)
    {
        if (tokens.Current is not { } token)
            return Findings.None;

        try
        {
            var status = await api.ProbeAsync(address, token.Token, cancellationToken);
            return new Findings
            {
                StatusWithoutEnvironment = status,
                Evidence = [string.Create(CultureInfo.InvariantCulture, $"An empty request to {address.AbsoluteUri}, without /e/{{id}}, is answered with {status}.")],
            };
        }
        catch (TokenApiException e)
        {
            return new Findings { Evidence = [$"An empty request to {address.AbsoluteUri}, without /e/{{id}}, is not answered: {ResponseText.OneLine(e.Message)}"] };
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
