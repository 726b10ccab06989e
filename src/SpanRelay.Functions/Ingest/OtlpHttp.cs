using System.Globalization;
using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using SpanRelay.Ingest;
using SpanRelay.Telemetry;

namespace SpanRelay.Functions.Ingest;

/// <summary>Reads OTLP requests from the worker's, and writes the replies.</summary>
internal static class OtlpHttp
{
    private const string KeyHeader = "x-functions-key";
    private const string Bearer = "Bearer ";

    public static IngestHeaders HeadersOf(HttpRequestData request) => new(
        HeaderOf(request, "Content-Type"),
        HeaderOf(request, "Content-Encoding"),
        long.TryParse(HeaderOf(request, "Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null);

    /// <summary>Copies the body out of the host's message, which has it whole: only once it is admitted.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var body = request.Body;
        if (body is MemoryStream { Position: 0 } whole && whole.TryGetBuffer(out var bytes))
            return bytes;

        using var copy = new MemoryStream();
        await body.CopyToAsync(copy, cancellationToken);
        return copy.GetBuffer().AsMemory(0, (int)copy.Length);
    }

    /// <summary>The key that the sender gave, wherever it did; empty without one.</summary>
    public static string KeyOf(HttpRequestData request)
    {
        if (HeaderOf(request, KeyHeader) is { } key)
            return key;
        return HeaderOf(request, "Authorization") is { } authorization && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : request.Query["code"] ?? "";
    }

    public static async Task<HttpResponseData> RespondAsync(HttpRequestData request, IngestReply reply)
    {
        RelayMetrics.CountIngest(reply.Status);
        var isJson = HeadersOf(request).IsJson;
        var response = request.CreateResponse((HttpStatusCode)reply.Status);
        response.Headers.Add("Content-Type", isJson ? "application/json" : "application/x-protobuf");
        if (reply.RetryAfterSeconds is { } seconds)
            response.Headers.Add("Retry-After", seconds);
        if (reply.Status == (int)HttpStatusCode.MethodNotAllowed)
            response.Headers.Add("Allow", "POST");
        await response.Body.WriteAsync(reply.ToBody(isJson));
        return response;
    }

    private static string? HeaderOf(HttpRequestData request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
