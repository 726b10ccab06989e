using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Doctor;

/// <summary>Asks Dynatrace for spans: a query of Grail, with a token for that alone.</summary>
/// <param name="apps">The environment's web address, which serves queries.</param>
internal sealed class SpanQuery(Uri apps, ApiToken token, DynatraceOptions options) : IDisposable
{
    /// <summary>A platform token with storage:spans:read and storage:buckets:read. Without one, doctor relies on what the relay knows.</summary>
    /// <setting name="SPANRELAY_QUERY_TOKEN">Platform token with `storage:spans:read` and `storage:buckets:read`, with which `spanrelay tap` and `spanrelay doctor --canary` look in Dynatrace.</setting>
    public const string QueryTokenVariable = "SPANRELAY_QUERY_TOKEN";

    private const string Path = "/platform/storage/query/v1/query:";
    private const int MaxAnswerBytes = 16 * 1024 * 1024;
    private const int MaxResultBytes = 8_000_000;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(DynatraceClient.CreateHandler(options)) { Timeout = CallTimeout, MaxResponseContentBufferSize = MaxAnswerBytes };
    private string? _running;

    /// <summary>Why the last query said nothing; empty when it did.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The status of a refusal.</summary>
    public HttpStatusCode? Refused { get; private set; }

    /// <summary>When to ask again, if the refusal says so.</summary>
    public RetryConditionHeaderValue? RetryAfter { get; private set; }

    /// <param name="values">The app's settings, where the token may be too; else it is in this process's environment.</param>
    /// <param name="problem">Why nothing can be asked, and what to do.</param>
    public static SpanQuery? Open(IReadOnlyCollection<KeyValuePair<string, string?>> values, DynatraceOptions options, out string problem)
    {
        problem = "";
        var given = values.FirstOrDefault(each => string.Equals(each.Key, QueryTokenVariable, StringComparison.OrdinalIgnoreCase)).Value ?? Environment.GetEnvironmentVariable(QueryTokenVariable);
        if (options.Endpoint is null)
            problem = "There is no address of Dynatrace: set Dynatrace__Environment, name a file with --settings, or start a local system (spanrelay run).";
        else if (string.IsNullOrWhiteSpace(given))
            problem = $"{QueryTokenVariable} is not set: set it to a platform token with the scopes storage:spans:read and storage:buckets:read.";
        else if (!ApiToken.TryParse(given.Trim(), out var token, out var wrong))
            problem = $"{QueryTokenVariable} {wrong} Set it to a platform token with the scopes storage:spans:read and storage:buckets:read.";
        else if (AddressFor(options.Endpoint.Traces) is not { } address)
            problem = "Only Dynatrace SaaS can be asked for spans (Grail), and Dynatrace__Environment names another kind of environment.";
        else
            return new SpanQuery(address, token, options);
        return null;
    }

    /// <returns>Null where the environment cannot be queried: only SaaS has Grail, and this machine's stand-in.</returns>
    public static Uri? AddressFor(Uri traces)
    {
        if (traces.IsLoopback)
            return new Uri(traces.GetLeftPart(UriPartial.Authority));
        if (!EnvironmentAddressReader.IsDynatraceHost(traces.Host))
            return null;
        var parts = traces.Host.Split('.').ToList();
        if (parts[^2] == "dynatrace" && parts.Count > 3)
            parts[^3] = "apps";
        else
            parts.Insert(parts.Count - 2, "apps");
        return new Uri($"https://{string.Join('.', parts)}");
    }

    public static string TextFor(string traceId) => $"fetch spans, from:now() - 2h | filter trace.id == toUid(\"{traceId}\") | limit 1";

    /// <summary>Asks once. A query that takes longer is looked at again by the next call.</summary>
    public async Task<bool> HasAsync(string traceId, CancellationToken cancellationToken) => await AskAsync(TextFor(traceId), cancellationToken) is { Count: > 0 };

    /// <summary>Asks once. Where a query is running, the next call looks at that one, whatever its text.</summary>
    /// <returns>The records; null while the query is running, and where <see cref="Problem"/> says why there are none.</returns>
    public async Task<IReadOnlyList<JsonElement>?> AskAsync(string text, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(text);
        (_running, Problem, Refused, RetryAfter) = (null, "", null, null);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            (Refused, RetryAfter) = (response.StatusCode, response.Headers.RetryAfter);
            Problem = string.Create(CultureInfo.InvariantCulture, $"The query was refused with status {(int)response.StatusCode}{(Refused is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? $": does the token in {QueryTokenVariable} have storage:spans:read and storage:buckets:read, and is it of this environment?" : ".")}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or InvalidOperationException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Problem = $"The query got no answer that can be read ({e.GetType().Name}).";
        }

        return null;
    }

    /// <summary>Gives up a query that is running.</summary>
    public void Forget() => _running = null;

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage CreateRequest(string text)
    {
        var body = new { query = text, requestTimeoutMilliseconds = 5_000, maxResultBytes = MaxResultBytes };
        var request = _running is { } running
            ? new HttpRequestMessage(HttpMethod.Get, new Uri(apps, $"{Path}poll?request-token={Uri.EscapeDataString(running)}"))
            : new HttpRequestMessage(HttpMethod.Post, new Uri(apps, Path + "execute")) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = token.Authorization;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    private List<JsonElement>? Read(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        var root = json.RootElement;
        var state = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("state", out var said) ? said.ToString() : "";
        if (state is "RUNNING" or "NOT_STARTED" && root.TryGetProperty("requestToken", out var running))
            _running = running.ToString();
        else if (state != "SUCCEEDED")
            Problem = $"The query ended as {OneLine.Quoted(state, 50)}.";
        if (state != "SUCCEEDED")
            return null;
        return root.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Object && result.TryGetProperty("records", out var records) && records.ValueKind == JsonValueKind.Array
            ? [.. records.EnumerateArray().Where(record => record.ValueKind == JsonValueKind.Object).Select(record => record.Clone())]
            : [];
    }
}
