using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>
/// Dynatrace's token API. Dynatrace has marked it deprecated, and some environments refuse it: callers must manage without it,
/// or say what to do by hand.
/// </summary>
public sealed class TokenApi(DynatraceEndpoint endpoint, HttpClient http) : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    // Bounds the memory that a response can take; a page of 1,000 tokens takes less.
    private const int MaxAnswerBytes = 4 * 1024 * 1024;

    private const int MaxPages = 100;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private const string TracesPath = "/otlp/v1/traces";
    private const string ByHand =
        "The manual way: create an access token with the scope openTelemetryTrace.ingest (and metrics.ingest with GenAi__Metrics) in Dynatrace (Access tokens), store it as a new version of the Key Vault secret, with its expiry, and delete the old one in Dynatrace 10 minutes later.";

    private readonly ResponseMask _mask = ResponseMask.Default;
    private readonly string _tokens = endpoint.Traces.AbsoluteUri[..^TracesPath.Length] + "/apiTokens";

    public TokenApi(DynatraceOptions options)
        : this(options.Endpoint, new HttpClient(DynatraceClient.CreateHandler(options)) { Timeout = CallTimeout, MaxResponseContentBufferSize = MaxAnswerBytes }) =>
        _mask = options.Mask;

    public void Dispose() => http.Dispose();

    /// <summary>Looks a token up with itself: any token may.</summary>
    /// <exception cref="TokenApiException">The lookup failed.</exception>
    internal Task<TokenDetails> LookUpAsync(ApiToken token, CancellationToken cancellationToken) => LookUpAsync(token, token, cancellationToken);

    /// <summary>Looks a token up with another.</summary>
    /// <exception cref="TokenApiException">The lookup failed.</exception>
    internal Task<TokenDetails> LookUpAsync(ApiToken token, ApiToken asker, CancellationToken cancellationToken) => SendAsync<TokenDetails>(
        HttpMethod.Post, _tokens + "/lookup", asker, Content(new { token = token.Value }), "look the token up", cancellationToken);

    /// <exception cref="TokenApiException">It was not created.</exception>
    internal Task<CreatedToken> CreateAsync(ApiToken creator, string name, IReadOnlyList<string> scopes, DateTimeOffset expires, CancellationToken cancellationToken) => SendAsync<CreatedToken>(
        HttpMethod.Post, _tokens, creator,
        Content(new { name, scopes, expirationDate = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) }),
        "create a token", cancellationToken);

    /// <summary>All tokens of that name.</summary>
    /// <exception cref="TokenApiException">They could not be listed.</exception>
    internal async Task<List<TokenDetails>> ListAsync(ApiToken reader, string name, CancellationToken cancellationToken)
    {
        var found = new List<TokenDetails>();
        string? next = null;
        for (var pages = 0; pages < MaxPages; pages++)
        {
            var query = next is null ? "?pageSize=1000" : "?nextPageKey=" + Uri.EscapeDataString(next);
            var page = await SendAsync<JsonElement>(HttpMethod.Get, _tokens + query, reader, null, "list tokens", cancellationToken);
            found.AddRange(ReadTokens(page).Where(token => token.Name == name && !string.IsNullOrEmpty(token.Id)));
            next = Member(page, "nextPageKey") is { ValueKind: JsonValueKind.String } key ? key.GetString() : null;
            if (string.IsNullOrEmpty(next))
                return found;
        }

        throw new TokenApiException($"Dynatrace's list of tokens has no end after {MaxPages} pages. {ByHand}", null);
    }

    /// <summary>Deletes the token with that id. A token that does not exist counts as deleted.</summary>
    /// <exception cref="TokenApiException">It was not deleted.</exception>
    internal async Task DeleteAsync(ApiToken deleter, string id, CancellationToken cancellationToken)
    {
        using var response = await AskAsync(HttpMethod.Delete, $"{_tokens}/{Uri.EscapeDataString(id)}", deleter, null, cancellationToken);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
            throw await RefusalAsync(response, $"delete the token {OneLine.From(id, 100)}", cancellationToken);
    }

    /// <summary>Sends an empty export: nothing is stored, but Dynatrace checks the token and its scope.</summary>
    /// <returns>True when the token is accepted, false when it is refused, null when the response says neither.</returns>
    internal async Task<bool?> ProveAsync(ApiToken token, CancellationToken cancellationToken)
    {
        try
        {
            return await ProbeAsync(endpoint.Traces, token, cancellationToken) switch
            {
                200 or 400 => true,
                401 or 403 => false,
                _ => null,
            };
        }
        catch (TokenApiException)
        {
            return null;
        }
    }

    /// <summary>Sends an empty export to an address of the environment.</summary>
    /// <returns>The status.</returns>
    /// <exception cref="TokenApiException">There is no response.</exception>
    internal async Task<int> ProbeAsync(Uri address, ApiToken token, CancellationToken cancellationToken)
    {
        using var nothing = new ByteArrayContent([]);
        nothing.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var response = await AskAsync(HttpMethod.Post, address.AbsoluteUri, token, nothing, cancellationToken);
        return (int)response.StatusCode;
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string address, ApiToken token, HttpContent? content, string what, CancellationToken cancellationToken)
    {
        using var response = await AskAsync(method, address, token, content, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw await RefusalAsync(response, what, cancellationToken);

        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync<T>(body, Json, cancellationToken)
                ?? throw new TokenApiException($"Dynatrace's response to \"{what}\" is empty. {ByHand}", (int)response.StatusCode);
        }
        catch (JsonException)
        {
            throw new TokenApiException($"Dynatrace's response to \"{what}\" is not what its documentation says. {ByHand}", (int)response.StatusCode);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string address, ApiToken token, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Authorization = token.Authorization;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException) // The last: the body is not compressed as declared.
        {
            throw new TokenApiException($"Dynatrace cannot be reached: {OneLine.From(e.Message, ResponseText.MaxLength)}", null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TokenApiException("Dynatrace did not respond in time.", null);
        }
    }

    private async Task<TokenApiException> RefusalAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var message = await ReadErrorAsync(response, cancellationToken);
        var why = status switch
        {
            401 => "The rotation token is unknown, expired or disabled.",
            403 => "The rotation token needs the scopes apiTokens.read and apiTokens.write.",
            404 or 405 or 410 or 501 => "This environment does not offer the token API; Dynatrace has marked it deprecated.",
            429 or >= 500 => "The failure may be temporary: try again.",
            _ => "This environment may no longer create such tokens; Dynatrace has marked the token API deprecated.",
        };
        return new TokenApiException(string.Create(CultureInfo.InvariantCulture, $"Dynatrace refuses to {what}: {status} {message} {why} {ByHand}"), status);
    }

    private async Task<string> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var answer = await JsonSerializer.DeserializeAsync<JsonElement>(body, Json, cancellationToken);
            var message = Member(Member(answer, "error"), "message");
            return message.ValueKind == JsonValueKind.String ? ResponseText.Quoted(message.GetString()!, _mask) : "";
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            return "";
        }
    }

    // With its length: some proxies refuse a chunked request.
    private static StringContent Content<T>(T value) => new(JsonSerializer.Serialize(value, Json), Encoding.UTF8, "application/json");

    private static IEnumerable<TokenDetails> ReadTokens(JsonElement page) => Member(page, "apiTokens") is { ValueKind: JsonValueKind.Array } tokens
        ? tokens.Deserialize<List<TokenDetails?>>(Json)!.OfType<TokenDetails>()
        : [];

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : default;
}
