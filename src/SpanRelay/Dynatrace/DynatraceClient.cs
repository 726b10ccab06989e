using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using SpanRelay.Tokens;

namespace SpanRelay.Dynatrace;

/// <summary>Posts one compressed export to Dynatrace and says what became of it. It does not repeat: that is the caller's decision.</summary>
public sealed class DynatraceClient : IDisposable
{
    private static readonly MediaTypeHeaderValue Protobuf = new("application/x-protobuf");

    private readonly DynatraceOptions _options;
    private readonly TokenSource? _tokens;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public DynatraceClient(DynatraceOptions options, TokenSource tokens, TimeProvider time)
        : this(options, tokens, time, CreateHandler(options))
    {
    }

    /// <summary>To another receiver, with its own header or none.</summary>
    public DynatraceClient(OtlpReceiver receiver, TimeProvider time)
        : this(receiver.Options, null, time, CreateHandler(receiver.Options)) => _authorization = receiver.Authorization;

    /// <summary>With the token that the options hold themselves.</summary>
    internal DynatraceClient(DynatraceOptions options, TimeProvider? time = null, HttpMessageHandler? handler = null)
        : this(options, TokenSource.OfSetting(options.Token, time ?? TimeProvider.System), time ?? TimeProvider.System, handler ?? CreateHandler(options))
    {
    }

    private DynatraceClient(DynatraceOptions options, TokenSource? tokens, TimeProvider time, HttpMessageHandler handler)
    {
        _options = options;
        _tokens = tokens;
        _time = time;
        _http = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan, // Each request brings its own.
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("SpanRelay", typeof(DynatraceClient).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>
    /// Sends a gzipped export; throws only when cancelled. When the token is refused, it is sent once more with another, if
    /// there is one.
    /// </summary>
    public Task<Response> SendAsync(ReadOnlyMemory<byte> gzip, TimeSpan timeout, CancellationToken cancellationToken) =>
        _tokens is null
            ? SendAsync(gzip, _authorization, timeout, cancellationToken)
            : _tokens.SendAsync(token => SendAsync(gzip, token.Authorization, timeout, cancellationToken), cancellationToken);

    private async Task<Response> SendAsync(ReadOnlyMemory<byte> gzip, AuthenticationHeaderValue? authorization, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Endpoint.Traces)
        {
            Content = new ReadOnlyMemoryContent(gzip),
            Version = HttpVersion.Version20, // Where it is offered; the client's default versions do not reach requests made here.
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Content.Headers.ContentType = Protobuf;
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.Authorization = authorization;

        using var timer = new CancellationTokenSource(timeout, _time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended.Token);
            var body = await ResponseBody.ReadAsync(response.Content, ended.Token);
            return response.StatusCode == HttpStatusCode.OK ? OfSuccess(body) : OfRefusal(response, body);
        }
        catch (HttpRequestException e)
        {
            return new Response { Outcome = Outcomes.OfFailure(e), Failure = FailureKinds.Of(e), Message = ResponseText.OneLine(Explain(e)) };
        }
        catch (IOException e)
        {
            return new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.ConnectionBroken, Message = ResponseText.OneLine(e.Message) };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            return new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.TimedOut, Message = $"No answer within {seconds} seconds." };
        }
    }

    public void Dispose() => _http.Dispose();

    internal static SocketsHttpHandler CreateHandler(DynatraceOptions options) => new()
    {
        AllowAutoRedirect = false, // The token goes to the configured address only.
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        MaxResponseDrainSize = 64 * 1024, // Rather a new connection than the rest of a huge answer.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // So that changes in DNS are seen.
        SslOptions = options.CaCertificates.ToTlsOptions(),
        UseCookies = false,
    };

    // What is wrong with a certificate, or with a connection, is said by the exception within.
    private static string Explain(HttpRequestException e) => e.InnerException switch
    {
        { } inner when e.HttpRequestError == HttpRequestError.SecureConnectionError => inner.InnerException?.Message ?? inner.Message,
        { } inner when e.HttpRequestError == HttpRequestError.Unknown => $"{e.Message} {inner.Message}",
        _ => e.Message,
    };

    private static Response OfSuccess(ResponseBody body)
    {
        if (ExportResult.TryRead(body, out var answer))
        {
            return new Response
            {
                Outcome = answer.RejectedSpans > 0 ? Outcome.DeliveredInPart : Outcome.Delivered,
                Status = 200,
                RejectedSpans = Math.Max(0, answer.RejectedSpans),
                Message = ResponseText.OneLine(answer.Message),
            };
        }

        return new Response
        {
            Outcome = Outcome.Blocked,
            Status = 200,
            Form = ResponseText.FormOf(body.Bytes.Span),
            Message = "200, but not with an OTLP answer: something else than Dynatrace answers at this address. " + ResponseText.Of(body.Bytes.Span),
        };
    }

    private Response OfRefusal(HttpResponseMessage response, ResponseBody body) => new()
    {
        Outcome = Outcomes.OfStatus(response.StatusCode),
        Status = (int)response.StatusCode,
        RetryAfter = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - _time.GetUtcNow() : null,
        Form = ResponseText.FormOf(body.Bytes.Span),
        Message = ResponseText.Of(body.Bytes.Span),
    };
}
