using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Diagnosis;

/// <summary>
/// Probes Dynatrace where the response alone does not tell the cause: the token lookup for a refused token, an empty request
/// for an unknown address. A thousand letters with one cause probe once a minute. A failed probe is a finding too.
/// </summary>
internal sealed class CauseProbe(TokenSource tokens, TokenApi api, TokenVault? rotationVault, DynatraceOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<string, (DateTimeOffset Until, Findings Findings)> _kept = [];
    private readonly TokenProbe _token = new(tokens, api, rotationVault);

    public Task<Findings> AskAsync(Response response, string endpoint, CancellationToken cancellationToken) => response.Status switch
    {
        401 or 403 when response.Token.Length > 0 => OnceAMinuteAsync(
            "token " + response.Token, stop => _token.AskAsync(response.Token, stop), new Findings { SecretExpiresOn = tokens.Find(response.Token)?.ExpiresOn }, cancellationToken),
        404 or 405 when WithoutEnvironment(endpoint) is { } address => OnceAMinuteAsync(
            "address " + endpoint, stop => ProbeAsync(address, stop), Findings.None, cancellationToken),
        _ => Task.FromResult(Findings.None),
    };

    public void Dispose() => _oneAtATime.Dispose();

    /// <param name="otherwise">The findings to return if there is no response.</param>
    private async Task<Findings> OnceAMinuteAsync(
        string question, Func<CancellationToken, Task<Findings>> ask, Findings otherwise, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_kept.TryGetValue(question, out var kept) && time.GetUtcNow() < kept.Until)
                return kept.Findings;

            var findings = await WithTimeoutAsync(ask, otherwise, cancellationToken);
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

    private async Task<Findings> WithTimeoutAsync(Func<CancellationToken, Task<Findings>> ask, Findings otherwise, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ProbeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return otherwise with { Evidence = [$"Dynatrace was probed, and did not respond within {ProbeTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds."] };
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
                Evidence = [string.Create(CultureInfo.InvariantCulture, $"An empty request to {address.AbsoluteUri}, without /e/{{id}}, gets status {status}.")],
            };
        }
        catch (TokenApiException e)
        {
            return new Findings { Evidence = [$"An empty request to {address.AbsoluteUri}, without /e/{{id}}, gets no response: {OneLine.From(e.Message, ResponseText.MaxLength)}"] };
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
