using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>Queries of Grail for spans: strict about token, content type and text.</summary>
internal sealed class QueryRoutes(TokenStore tokens, Func<IReadOnlyList<ReceivedSpan>> spans, TimeProvider time)
{
    private const string Path = "/platform/storage/query/v1/query:";
    private const int MostQueries = 1_000;

    private readonly ConcurrentDictionary<string, DqlQuery> _running = new();

    /// <summary>Whether a query is answered at once; otherwise the answer has to be polled for.</summary>
    public bool AnswersAtOnce { get; set; }

    public static bool IsFor(string path) => path.StartsWith(Path, StringComparison.Ordinal);

    public DynatraceReply Response(IngestRequest request, string query)
    {
        if (!request.Header("Authorization").StartsWith("Bearer ", StringComparison.Ordinal))
            return DynatraceReply.Error(401, "Unauthorized");
        if (tokens.Check(request.Header("Authorization"), _ => DynatraceToken.PlatformSpansScope) is { } refused)
            return refused;
        return (request.Method, request.Path[Path.Length..]) switch
        {
            ("POST", "execute") => Execute(request),
            ("GET", "poll") => Poll(query),
            _ => DynatraceReply.Error(405, "HTTP method not allowed"),
        };
    }

    private DynatraceReply Execute(IngestRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.Header("Content-Type"), out var type) || type.MediaType != "application/json")
            return DynatraceReply.Error(415, "Unsupported media type.");
        if (QueryIn(request.Compressed.Bytes) is not { } query)
            return DynatraceReply.Error(400, "PARSE_ERROR");
        if (AnswersAtOnce)
            return Found(query);
        if (_running.Count >= MostQueries)
            return DynatraceReply.Error(429, "Too many queries.");
        var token = Guid.NewGuid().ToString();
        _running[token] = query;
        return Json(202, new { state = "RUNNING", requestToken = token, progress = 0, ttlSeconds = 399 });
    }

    private DynatraceReply Poll(string query) => query.StartsWith("?request-token=", StringComparison.Ordinal) && _running.TryRemove(Uri.UnescapeDataString(query["?request-token=".Length..]), out var running)
        ? Found(running)
        : DynatraceReply.Error(410, "The query is unknown or was consumed.");

    private DynatraceReply Found(DqlQuery query) =>
        Json(200, new { state = "SUCCEEDED", progress = 100, result = new { records = query.Run(spans(), time.GetUtcNow()), types = Array.Empty<object>(), metadata = new { } } });

    private static DqlQuery? QueryIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("query", out var query) ? DqlQuery.Parse(query.GetString() ?? "") : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static DynatraceReply Json<T>(int status, T body) => new(status, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(body));
}
