using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Delivery;

/// <summary>Posts one encoded export to Dynatrace and says what became of it. It does not repeat: that is the caller's decision.</summary>
public sealed class DynatraceClient : IDisposable
{
    private const int KeptAnswerBytes = 4 * 1024;

    private static readonly MediaTypeHeaderValue Protobuf = new("application/x-protobuf");

    private readonly DynatraceOptions _options;
    private readonly HttpClient _http;

    public DynatraceClient(DynatraceOptions options)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // The token goes to the configured address only.
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // So that changes in DNS are seen.
            UseCookies = false,
        })
        {
            Timeout = TimeSpan.FromSeconds(15),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("SpanRelay", typeof(DynatraceClient).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>Sends a request of at most <see cref="DynatraceLimits.MaxRequestBytes"/>; throws only when cancelled.</summary>
    public async Task<Answer> SendAsync(ReadOnlyMemory<byte> export, CancellationToken cancellationToken)
    {
        using var compressed = new PooledBuffer();
        Compress(export.Span, compressed);
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Endpoint.Traces)
        {
            Content = new ReadOnlyMemoryContent(compressed.WrittenMemory),
        };
        request.Content.Headers.ContentType = Protobuf;
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.Authorization = _options.ApiToken.Authorization;

        var answer = await TrySendAsync(request, cancellationToken).ConfigureAwait(false);
        return answer with { SentBytes = compressed.Length };
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> TrySendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var body = await ReadStartAsync(response.Content, cancellationToken).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK ? OfSuccess(body) : OfRefusal(response.StatusCode, body);
        }
        catch (HttpRequestException e)
        {
            return new Answer { Outcome = Outcomes.OfFailure(e.HttpRequestError), Message = e.Message };
        }
        catch (IOException e)
        {
            return new Answer { Outcome = Outcome.RetryLater, Message = e.Message };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = _http.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return new Answer { Outcome = Outcome.RetryLater, Message = $"No answer within {seconds} seconds." };
        }
    }

    private static void Compress(ReadOnlySpan<byte> export, PooledBuffer output)
    {
        using var gzip = new GZipStream(new PooledBufferStream(output), CompressionLevel.Fastest);
        gzip.Write(export);
    }

    private static async Task<byte[]> ReadStartAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var start = new byte[KeptAnswerBytes];
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return start[..length];
        }
    }

    private static Answer OfSuccess(byte[] body)
    {
        if (!TryParse(body, out var response))
        {
            return new Answer
            {
                Outcome = Outcome.Blocked,
                Status = 200,
                Message = "200, but not with an OTLP answer: something else than Dynatrace answers at this address. " + OneLine(body),
            };
        }

        var partial = response.PartialSuccess ?? new ExportTracePartialSuccess();
        return new Answer
        {
            Outcome = partial.RejectedSpans > 0 ? Outcome.DeliveredInPart : Outcome.Delivered,
            Status = 200,
            RejectedSpans = partial.RejectedSpans,
            Message = OneLine(partial.ErrorMessage),
        };
    }

    private static bool TryParse(byte[] body, out ExportTraceServiceResponse response)
    {
        response = new ExportTraceServiceResponse();
        if (body is [(byte)'{', ..]) // Some proxies in front of Dynatrace answer in JSON.
            return true;

        try
        {
            response.MergeFrom(body);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static Answer OfRefusal(HttpStatusCode status, byte[] body) => new()
    {
        Outcome = Outcomes.OfStatus(status),
        Status = (int)status,
        Message = OneLine(body),
    };

    private static string OneLine(byte[] text) => OneLine(Encoding.UTF8.GetString(text));

    private static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
