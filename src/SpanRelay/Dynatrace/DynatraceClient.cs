using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>Posts one compressed export of spans or metrics to Dynatrace and says what happened. Retries are the caller's decision.</summary>
public sealed class DynatraceClient : IDisposable
{
    private static readonly MediaTypeHeaderValue Protobuf = new("application/x-protobuf");

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly DynatraceOptions _options;
    private readonly TokenSource? _tokens;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public DynatraceClient(DynatraceOptions options, TokenSource tokens, TimeProvider time)
        : this(options, tokens, time, CreateHandler(options))
    {
    }

    /// <summary>For another receiver, with its own header or none.</summary>
    public DynatraceClient(OtlpReceiver receiver, TimeProvider time)
        : this(receiver.Options, null, time, CreateHandler(receiver.Options)) => _authorization = receiver.Authorization;

    /// <summary>With the token that is a setting.</summary>
    internal DynatraceClient(DynatraceOptions options, TimeProvider? time = null, HttpMessageHandler? handler = null)
        : this(options, TokenSource.OfSetting(options.Token, time ?? TimeProvider.System), time ?? TimeProvider.System, handler ?? CreateHandler(options))
    {
    }

    internal DynatraceClient(DynatraceOptions options, TokenSource? tokens, TimeProvider time, HttpMessageHandler handler)
    {
        _options = options;
        _tokens = tokens;
        _time = time;
        _http = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan, // Each attempt has its own.
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("SpanRelay", typeof(DynatraceClient).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>
    /// Sends a gzipped export; throws only when cancelled. When Dynatrace refuses the token, the export is sent once more with
    /// another, if there is one and time for it. All of it, reads of Key Vault included, ends within the timeout: a span that
    /// is in time when the attempt begins must not become too old on the way.
    /// </summary>
    public Task<Response> SendAsync(ReadOnlyMemory<byte> gzip, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var deadline = _time.GetUtcNow() + timeout;
        return WithinAsync(
            timeout,
            ended => _tokens is null
                ? PostAsync(_options.Endpoint.Traces, gzip, _authorization, ended)
                : SendWithTokenAsync(_tokens, gzip, timeout, deadline, ended),
            cancellationToken);
    }

    /// <summary>Whether requests are measured and traced as the relay's. Default: true; false for those that only try whether it works.</summary>
    internal bool IsMeasured { get; init; } = true;

    internal Uri MetricsAddress => _options.Endpoint.Metrics;

    /// <summary>
    /// Sends gzipped metrics; throws only when cancelled. Whatever the response, it changes nothing for spans: a token that may not
    /// send metrics is not replaced by another.
    /// </summary>
    public Task<Response> SendMetricsAsync(ReadOnlyMemory<byte> gzip, TimeSpan timeout, CancellationToken cancellationToken) => WithinAsync(
        timeout,
        async ended =>
        {
            var token = _tokens is null ? null : await _tokens.GetAsync(ended);
            if (_tokens is not null && token is null)
                return NoToken(_tokens);
            var response = await PostAsync(_options.Endpoint.Metrics, gzip, token?.Token.Authorization ?? _authorization, ended);
            return response with { Token = token?.ToString() ?? "" };
        },
        cancellationToken);

    private async Task<Response> WithinAsync(TimeSpan timeout, Func<CancellationToken, Task<Response>> send, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, _time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await send(ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return TimedOut(timeout);
        }
    }

    private static Response NoToken(TokenSource tokens) => new()
    {
        Outcome = Outcome.RetryLater,
        Failure = FailureKind.NoToken,
        Vault = tokens.LastFailure,
        Message = $"Not sent: there is no token yet. {tokens.LastProblem}",
    };

    private async Task<Response> SendWithTokenAsync(
        TokenSource tokens, ReadOnlyMemory<byte> gzip, TimeSpan timeout, DateTimeOffset deadline, CancellationToken ended)
    {
        if (await tokens.GetAsync(ended) is not { } token)
            return NoToken(tokens);

        var response = await PostAsync(_options.Endpoint.Traces, gzip, token.Token.Authorization, ended);
        if (response.Status is 401 or 403 && HasTimeToResend() && await tokens.ReplaceAsync(token, ended) is { } another && HasTimeToResend())
        {
            token = another;
            response = await PostAsync(_options.Endpoint.Traces, gzip, token.Token.Authorization, ended);
        }

        if (response.Status == 200)
            tokens.Accept(token);
        return response with { Token = token.ToString() };

        bool HasTimeToResend() => deadline - _time.GetUtcNow() >= (timeout / 3 < DynatraceLimits.ShortestAttempt ? timeout / 3 : DynatraceLimits.ShortestAttempt);
    }

    private async Task<Response> PostAsync(Uri address, ReadOnlyMemory<byte> gzip, AuthenticationHeaderValue? authorization, CancellationToken ended)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ReadOnlyMemoryContent(gzip),
            Version = HttpVersion.Version20, // Where it is offered; the client's default versions do not reach requests made here.
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Content.Headers.ContentType = Protobuf;
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.Authorization = authorization;
        using var telemetry = IsMeasured ? new RequestTelemetry(address, isMetrics: address == _options.Endpoint.Metrics, _time) : null;
        var response = await PostAsync(request, ended);
        telemetry?.Note(response);
        return response;
    }

    private async Task<Response> PostAsync(HttpRequestMessage request, CancellationToken ended)
    {
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended);
            var isAccepted = response.StatusCode == HttpStatusCode.OK;
            var body = await ResponseBody.ReadAsync(response.Content, isAccepted ? ResponseBody.MaxBytes : ResponseBody.MaxErrorBytes, ended);
            return isAccepted ? FromSuccess(body) : FromRefusal(response, body);
        }
        catch (HttpRequestException e)
        {
            return FromFailure(e);
        }
        catch (IOException e)
        {
            return new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.ConnectionBroken, MayHaveArrived = true, Message = OneLine.From(e.Message, ResponseText.MaxLength) };
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            return ConnectTimedOut(request.RequestUri!);
        }
    }

    public void Dispose() => _http.Dispose();

    internal static SocketsHttpHandler CreateHandler(DynatraceOptions options) => new()
    {
        ActivityHeadersPropagator = null, // No traceparent: Dynatrace would take it for the trace of what it receives.
        AllowAutoRedirect = false, // The token goes to the configured address only.
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = ConnectTimeout,
        MaxResponseDrainSize = 64 * 1024, // A new connection is cheaper than the rest of a huge response.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // So that changes in DNS are seen.
        SslOptions = options.CaCertificates.ToTlsOptions(),
        UseCookies = false,
    };

    internal static Response FromFailure(HttpRequestException e) => new()
    {
        Outcome = Outcomes.FromFailure(e),
        Failure = Outcomes.KindOf(e),
        MayHaveArrived = !Outcomes.IsBeforeSending(e),
        Message = OneLine.From(Explain(e), ResponseText.MaxLength),
    };

    internal static Response TimedOut(TimeSpan timeout) => new()
    {
        Outcome = Outcome.RetryLater,
        Failure = FailureKind.TimedOut,
        MayHaveArrived = true,
        Message = string.Create(CultureInfo.InvariantCulture, $"No response within {timeout.TotalSeconds:0.#} seconds."),
    };

    /// <summary>The handler's own limit for connecting has passed.</summary>
    internal static Response ConnectTimedOut(Uri address) => new()
    {
        Outcome = Outcome.RetryLater,
        Failure = FailureKind.ConnectTimedOut,
        Message = $"No connection to {address.Authority} within {ConnectTimeout.TotalSeconds:0} seconds.",
    };

    // The inner exception says what is wrong with a certificate or a connection.
    private static string Explain(HttpRequestException e) => e.InnerException switch
    {
        { } inner when e.HttpRequestError == HttpRequestError.SecureConnectionError => inner.InnerException?.Message ?? inner.Message,
        { } inner when e.HttpRequestError == HttpRequestError.Unknown => $"{e.Message} {inner.Message}",
        _ => e.Message,
    };

    private Response FromSuccess(ResponseBody body)
    {
        if (ExportResult.TryRead(body, out var result))
        {
            return new Response
            {
                Outcome = result.RejectedSpans > 0 ? Outcome.DeliveredInPart : Outcome.Delivered,
                Status = 200,
                RejectedSpans = Math.Max(0, result.RejectedSpans),
                Message = MessageOf(result),
            };
        }

        return new Response
        {
            Outcome = Outcome.Blocked,
            Status = 200,
            Form = ResponseText.FormOf(body.Bytes.Span),
            Message = ("Status 200 without an OTLP response: something other than Dynatrace responds at this address. " + ResponseText.Of(body.Bytes.Span, _options.Mask)).TrimEnd(),
        };
    }

    private string MessageOf(ExportResult result)
    {
        var said = ResponseText.Quoted(result.Message, _options.Mask);
        return result.IsCut ? (said + " The response ends before it says how many spans are rejected.").TrimStart() : said;
    }

    private Response FromRefusal(HttpResponseMessage response, ResponseBody body) => new()
    {
        Outcome = Outcomes.FromStatus(response.StatusCode),
        Status = (int)response.StatusCode,
        RetryAfter = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - _time.GetUtcNow() : null,
        Form = ResponseText.FormOf(body.Bytes.Span),
        Message = ResponseText.Of(body.Bytes.Span, _options.Mask),
    };
}
