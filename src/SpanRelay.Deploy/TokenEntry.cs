using System.Net.Http.Headers;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Deploy;

/// <summary>A token that is given or typed: it must have a token's shape, and be accepted where that can be tried.</summary>
/// <param name="Endpoint">Where an empty export shows whether the token may send; null for a token that does not send.</param>
internal sealed record TokenEntry(string Name, string Purpose, string Scopes, HttpClient Http, DynatraceEndpoint? Endpoint)
{
    // azd reads such a token from a Key Vault itself.
    private const string VaultReference = "akvs://";

    /// <summary>Whether the token sends metrics too.</summary>
    public bool SendsMetrics { get; init; }

    /// <summary>Asks up to three times.</summary>
    public async Task<(string Token, string? Problem)> AskAsync()
    {
        var question = $"Dynatrace token that {Purpose} (scopes: {Scopes}; it is not shown):";
        for (var tries = 1; ; tries++)
        {
            var answer = await Terminal.AskHiddenAsync(question);
            var problem = await FindProblemAsync(answer);
            if (problem is null || tries == 3)
                return (answer, problem);
            question = $"{problem}\nOnce more:"; // In one text, which is seen after the echo is off.
        }
    }

    public async Task<string?> FindProblemAsync(string text)
    {
        if (text.StartsWith(VaultReference, StringComparison.Ordinal))
            return null;
        if (!ApiToken.TryParse(text, out var token, out var problem))
            return $"{Name} {problem}";
        if (Endpoint is null)
            return null;
        return await SendNothingAsync(token, Endpoint.Traces) switch
        {
            401 => $"{Name} is refused by Dynatrace (401): it is unknown there, expired or disabled. Is it of the environment {Endpoint}?",
            403 => $"{Name} may not send spans (403): create a token with {Scopes}, or openpipeline:traces:ingest for a platform token.",
            404 => $"DYNATRACE_ENVIRONMENT is answered by 404 at {Endpoint}: check the id.",
            null => Unchecked(),
            _ when SendsMetrics && await SendNothingAsync(token, Endpoint.Metrics) == 403 =>
                $"{Name} may not send metrics (403), which AI_METRICS asks for: create a token with {Scopes}, or openpipeline:traces:ingest and openpipeline:metrics:ingest for a platform token.",
            _ => null,
        };
    }

    // Where Dynatrace cannot be reached from here, it may be reached from Azure.
    private string? Unchecked()
    {
        Terminal.Say($"{Name} was not tried: {Endpoint} cannot be reached from here.");
        return null;
    }

    private async Task<int?> SendNothingAsync(ApiToken token, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent([]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        request.Headers.Authorization = token.Authorization;
        try
        {
            using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
