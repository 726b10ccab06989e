using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Send;

/// <summary>HTTPS send of an Event Hub, or ingest.</summary>
/// <param name="address">Where events are posted.</param>
/// <param name="isIngest">Whether it is ingest: it answers as OTLP does.</param>
/// <param name="authorize">The header for each request; null for none.</param>
internal sealed class HttpDoor(Uri address, bool isIngest, Func<CancellationToken, ValueTask<(string Name, string Value)?>> authorize) : IDoor
{
    private const int LongestDetail = 200;

    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
        Timeout = ResponseTimeout,
        MaxResponseContentBufferSize = 64 * 1024,
    };

    public string Address => address.AbsoluteUri;

    public int MaxBytes => isIngest ? Doors.MaxIngestBytes : Doors.MaxEventBytes;

    public bool TakesTracesOnly => isIngest;

    public async Task<Refusal?> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(isIngest ? "application/x-protobuf" : "application/octet-stream");
        if (await authorize(cancellationToken) is { } header)
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted
                ? RejectedIn(answer)
                : new Refusal(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), Detail(answer));
        }
        catch (HttpRequestException e)
        {
            return new Refusal(e.HttpRequestError.ToString(), OneLine.From(e.Message, LongestDetail));
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Refusal("no response", string.Create(CultureInfo.InvariantCulture, $"within {ResponseTimeout.TotalSeconds} seconds"));
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>OTLP's partial success: accepted, but for some spans.</summary>
    private Refusal? RejectedIn(byte[] answer)
    {
        if (!isIngest || answer.Length == 0)
            return null;
        try
        {
            return ExportTraceServiceResponse.Parser.ParseFrom(answer).PartialSuccess is { RejectedSpans: > 0 } rejected
                ? new Refusal("partial success", OneLine.From($"{rejected.RejectedSpans} spans rejected: {rejected.ErrorMessage}", LongestDetail))
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return new Refusal("200 without an OTLP answer", Detail(answer));
        }
    }

    // The message of google.rpc.Status is text between two bytes or so of protobuf.
    private static string? Detail(byte[] answer) =>
        Encoding.UTF8.GetString(answer).Trim() is { Length: > 0 } text ? OneLine.From(text, LongestDetail) : null;
}
