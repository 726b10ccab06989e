using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Doctor;

/// <summary>Asks Dynatrace whether it has a trace: a query of Grail, with a token for that alone.</summary>
/// <param name="apps">The environment's web address, which serves queries.</param>
internal sealed class SpanQuery(Uri apps, ApiToken token, DynatraceOptions options) : IDisposable
{
    private const string Path = "/platform/storage/query/v1/query:";
    private const int MaxAnswerBytes = 1024 * 1024;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(DynatraceClient.CreateHandler(options)) { Timeout = CallTimeout, MaxResponseContentBufferSize = MaxAnswerBytes };
    private string? _running;

    /// <summary>Why the last query said nothing; empty when it did.</summary>
    public string Problem { get; private set; } = "";

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
    public async Task<bool> HasAsync(string traceId, CancellationToken cancellationToken)
    {
        using var request = _running is { } running
            ? new HttpRequestMessage(HttpMethod.Get, new Uri(apps, $"{Path}poll?request-token={Uri.EscapeDataString(running)}"))
            : new HttpRequestMessage(HttpMethod.Post, new Uri(apps, Path + "execute")) { Content = new StringContent(JsonSerializer.Serialize(new { query = TextFor(traceId), requestTimeoutMilliseconds = 5_000 }), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = token.Authorization;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        (_running, Problem) = (null, "");
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            Problem = string.Create(CultureInfo.InvariantCulture, $"The query was refused with status {(int)response.StatusCode}: does the token have storage:spans:read and storage:buckets:read?");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Problem = $"The query got no answer that can be read ({e.GetType().Name}).";
        }

        return false;
    }

    public void Dispose() => _http.Dispose();

    private bool Read(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        var root = json.RootElement;
        var state = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("state", out var said) ? said.ToString() : "";
        if (state is "RUNNING" or "NOT_STARTED" && root.TryGetProperty("requestToken", out var running))
            _running = running.ToString();
        else if (state != "SUCCEEDED")
            Problem = $"The query ended as {OneLine.Quoted(state, 50)}.";
        return state == "SUCCEEDED" && root.TryGetProperty("result", out var result) && result.TryGetProperty("records", out var records)
            && records.ValueKind == JsonValueKind.Array && records.GetArrayLength() > 0;
    }
}
