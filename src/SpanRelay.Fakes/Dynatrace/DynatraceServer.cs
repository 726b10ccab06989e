using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.GenAi.Contract;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>
/// A strict stand-in for a Dynatrace environment's trace and metric endpoints and token API on 127.0.0.1, without TLS:
/// <c>POST {/e/{id}}?/api/v2/otlp/v1/traces</c>, <c>…/v1/metrics</c> and <c>…/api/v2/apiTokens</c>, and queries for the spans of a trace. It keeps what it accepts and captures all that reaches it, until disposed.
/// </summary>
public sealed class DynatraceServer : IAsyncDisposable
{
    private readonly IngestRecord _record = new();
    private readonly ConcurrentQueue<TokenRequest> _tokenRequests = new();
    private readonly TokenStore _tokens;
    private readonly TokenRoutes _tokenRoutes;
    private readonly FaultQueue _faults = new();
    private readonly FaultQueue _metricFaults = new();
    private readonly MetricIngest _metrics;
    private readonly QueryRoutes _queries;
    private readonly DynatraceServerOptions _options;
    private readonly TraceIngest _ingest;
    private LoopbackServer? _server;
    private int _silences;

    private DynatraceServer(DynatraceServerOptions options)
    {
        _options = options;
        _tokens = new TokenStore(options.TimeProvider);
        _tokenRoutes = new TokenRoutes(_tokens, options.TimeProvider);
        _ingest = new TraceIngest(_tokens, options.TimeProvider);
        _metrics = new MetricIngest(_tokens);
        _queries = new QueryRoutes(_tokens, () => _record.Spans, options.TimeProvider);
        OnRequest = options.OnRequest;
    }

    /// <summary><c>http://127.0.0.1:{port}</c>: what the relay is given as its environment.</summary>
    public Uri BaseAddress => _server!.Address;

    /// <summary>The full address that spans are posted to.</summary>
    public Uri TracesAddress => new(BaseAddress, "/api/v2/otlp/v1/traces");

    /// <summary>Called with every request after its outcome is decided and its spans are kept, before the response.</summary>
    public Func<CapturedRequest, CancellationToken, ValueTask>? OnRequest { get; set; }

    /// <summary>All metrics accepted so far.</summary>
    public IReadOnlyList<ReceivedMetric> Metrics => _record.Metrics;

    /// <summary>All requests with metrics so far, in the order they were decided. They are not among <see cref="Requests"/>.</summary>
    public IReadOnlyList<CapturedRequest> MetricRequests => _record.MetricRequests;

    /// <summary>All requests so far, in the order they were decided.</summary>
    public IReadOnlyList<CapturedRequest> Requests => _record.Requests;

    /// <summary>All spans accepted so far.</summary>
    public IReadOnlyList<ReceivedSpan> Spans => _record.Spans;

    /// <summary>The spans accepted last, at most so many, in the order they came.</summary>
    public IReadOnlyList<ReceivedSpan> NewestSpans(int count) => _record.NewestSpans(count);

    /// <summary>Which views of the AI Observability app would work for all spans accepted so far.</summary>
    public AiVerdict AiVerdict => AiContract.Check(Spans.Select(received => (received.Resource, received.Span)));

    /// <summary>How many spans were silently dropped for their age so far.</summary>
    public int DroppedSpans => Requests.Sum(request => request.DroppedSpans);

    /// <summary>All calls of the token API so far.</summary>
    public IReadOnlyCollection<TokenRequest> TokenRequests => _tokenRequests;

    /// <summary>Called with every call of the token API after it was carried out and before the response.</summary>
    public Func<TokenRequest, CancellationToken, ValueTask>? OnTokenRequest { get; set; }

    /// <summary>Whether this environment has a token API; since the calls are deprecated, some have not.</summary>
    public bool HasTokenApi { get; set; } = true;

    /// <summary>Whether a query of spans is answered at once; false, the default, as Grail answers one that takes longer.</summary>
    public bool AnswersQueriesAtOnce
    {
        get => _queries.AnswersAtOnce;
        set => _queries.AnswersAtOnce = value;
    }

    /// <summary>The values of all tokens that may send spans now. Secrets.</summary>
    public IReadOnlyCollection<string> ValidTokens =>
        [.. _tokens.Valid.Where(token => token.Token.Scopes.Contains(token.Token.IngestScope)).Select(token => token.Token.Value)];

    /// <summary>How many requests so far were left without an answer.</summary>
    public int Silences => _silences;

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<DynatraceServer> StartAsync(
        DynatraceServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new DynatraceServer(options ?? new DynatraceServerOptions());
        server._server = await LoopbackServer
            .StartAsync(server.AnswerAsync, server._options.Port, server._options.LoggerFactory, cancellationToken);
        return server;
    }

    /// <summary>Adds the token to the environment, with these scopes.</summary>
    public void AddToken(DynatraceToken token, DateTimeOffset? expires = null) => _tokens.Add(token, "", expires);

    /// <summary>Removes the token from the environment.</summary>
    public void RevokeToken(DynatraceToken token) => _tokens.Revoke(token.Value);

    /// <summary>Disables the token, or enables it again.</summary>
    public void EnableToken(DynatraceToken token, bool enabled) => _tokens.Change(token.Value, known => known with { IsEnabled = enabled });

    /// <summary>Makes the token a personal one.</summary>
    public void MakeTokenPersonal(DynatraceToken token) => _tokens.Change(token.Value, known => known with { IsPersonal = true });

    /// <summary>Injects the fault into the next requests, after faults that were queued earlier; int.MaxValue for all, until cleared.</summary>
    public void FailNext(int requests, Fault fault) => _faults.Add(requests, fault);

    /// <summary>Like <see cref="FailNext"/>, for requests with metrics only.</summary>
    public void FailNextMetrics(int requests, Fault fault) => _metricFaults.Add(requests, fault);

    /// <summary>Removes the queued faults.</summary>
    public void ClearFaults()
    {
        _faults.Clear();
        _metricFaults.Clear();
    }

    /// <summary>Completes as soon as the condition holds. It is evaluated now and after every request.</summary>
    public Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken) => _record.WhenAsync(condition, cancellationToken);

    /// <summary>Aborts the requests that still wait, and frees the port.</summary>
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await IngestRequestReader
            .ReadAsync(context.Request, TraceIngest.MaxBodyBytes, context.RequestAborted);
        if (TokenRoutes.IsFor(request.Path))
        {
            await AnswerTokenAsync(context, request);
            return;
        }

        if (QueryRoutes.IsFor(request.Path))
        {
            await WriteAsync(context.Response, _queries.Response(request, context.Request.QueryString.Value ?? ""), new Fault());
            return;
        }

        var isMetrics = MetricIngest.IsFor(request.Path);
        var fault = (isMetrics ? _metricFaults : _faults).Take() ?? new Fault();
        var captured = Capture(request, Decide(request, isMetrics, fault), fault.Abort == FaultAbort.Never);
        if (OnRequest is { } hook && !isMetrics)
            await hook(captured, context.RequestAborted);
        if (fault.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fault.Delay, _options.TimeProvider, context.RequestAborted);
        }

        if (fault.Abort == FaultAbort.SilenceAfterAccepting)
            await BeSilentAsync(context.RequestAborted);
        if (fault.Abort == FaultAbort.Never)
            await WriteAsync(context.Response, captured.Response, fault);
        else
            context.Abort();
    }

    private async Task AnswerTokenAsync(HttpContext context, IngestRequest request)
    {
        var answer = HasTokenApi ? _tokenRoutes.Response(request) : DynatraceReply.Error(404, "This API is not available.");
        var done = new TokenRequest(request.Method, request.Path, answer.Status);
        _tokenRequests.Enqueue(done);
        if (OnTokenRequest is { } hook)
            await hook(done, context.RequestAborted);
        await WriteAsync(context.Response, answer, new Fault());
    }

    private async Task BeSilentAsync(CancellationToken connectionBroken)
    {
        Interlocked.Increment(ref _silences);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, connectionBroken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private IngestResult Decide(IngestRequest request, bool isMetrics, Fault fault)
    {
        if (fault.Abort == FaultAbort.BeforeAccepting)
            return IngestResult.Refused(new DynatraceReply(0, "", default));
        if (fault.Status is { } status)
        {
            return IngestResult.Refused(new DynatraceReply(status, fault.ContentType, Encoding.UTF8.GetBytes(fault.Body)));
        }

        var result = isMetrics ? _metrics.Take(request) : _ingest.Take(request);
        return fault.IsPartialSuccess && result.Response.Status == 200 ? result with { Response = PartialSuccess(fault) } : result;
    }

    private static DynatraceReply PartialSuccess(Fault fault) => DynatraceReply.Accepted(new ExportTraceServiceResponse
    {
        PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = fault.RejectedSpans, ErrorMessage = fault.ErrorMessage },
    });

    private CapturedRequest Capture(IngestRequest request, IngestResult result, bool isAnswered)
    {
        var captured = new CapturedRequest(
            _options.TimeProvider.GetUtcNow(),
            request.Method,
            request.Path,
            request.Headers,
            request.Compressed.Bytes.Length,
            (request.Inflated ?? request.Compressed).Bytes,
            result.Response,
            result.Accepted.Count,
            result.Dropped)
        {
            IsAnswered = isAnswered,
        };
        _record.Add(captured, result);
        return captured;
    }

    private static async Task WriteAsync(HttpResponse response, DynatraceReply answer, Fault fault)
    {
        response.StatusCode = answer.Status;
        foreach (var (name, value) in fault.Headers)
            response.Headers[name] = value;
        if (answer.Status == 204)
            return;
        response.ContentLength = answer.Body.Length;
        if (answer.Body.IsEmpty && answer.Status != 200)
            return;
        response.ContentType = answer.ContentType;
        await response.Body.WriteAsync(answer.Body);
    }
}
