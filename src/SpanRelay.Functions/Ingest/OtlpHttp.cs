using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using SpanRelay.Ingest;

namespace SpanRelay.Functions.Ingest;

/// <summary>Reads OTLP requests from the worker's, and writes the replies.</summary>
internal static class OtlpHttp
{
    private const string KeyHeader = "x-functions-key";
    private const string Bearer = "Bearer ";

    public static async Task<IngestRequest> ReadAsync(HttpRequestData request, CancellationToken cancellationToken) =>
        new(HeaderOf(request, "Content-Type"), HeaderOf(request, "Content-Encoding"), await ReadBodyAsync(request.Body, cancellationToken));

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
        var isJson = new IngestRequest(HeaderOf(request, "Content-Type"), null, ReadOnlyMemory<byte>.Empty).IsJson;
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

    /// <summary>The host has read the whole body, up to its own limit.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        if (body is MemoryStream { Position: 0 } whole && whole.TryGetBuffer(out var bytes))
            return bytes;

        using var copy = new MemoryStream();
        await body.CopyToAsync(copy, cancellationToken);
        return copy.GetBuffer().AsMemory(0, (int)copy.Length);
    }
}
