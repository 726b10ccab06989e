using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using SpanRelay.DeadLetters;
using SpanRelay.Local.Host.Worker.Protocol;

namespace SpanRelay.Local.Host.Http;

/// <summary>Converts a function's return value to the HTTP response.</summary>
internal static class HttpAnswer
{
    // The server's own.
    private static readonly HashSet<string> NotCopied = new(StringComparer.OrdinalIgnoreCase) { "Content-Length", "Transfer-Encoding", "Connection", "Date" };

    /// <summary>A failure is 500, nothing returned 204; 502 when the worker names no valid status.</summary>
    public static int StatusOf(InvocationResult result)
    {
        if (!result.Succeeded) return StatusCodes.Status500InternalServerError;
        if (result.ReturnValue is not { } value || value.DataCase == TypedData.DataOneofCase.None) return StatusCodes.Status204NoContent;
        if (value.Http is not { } http) return StatusCodes.Status200OK;
        return int.TryParse(http.StatusCode, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 999
            ? status
            : StatusCodes.Status502BadGateway;
    }

    public static async Task WriteAsync(InvocationResult result, HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = StatusOf(result);
        if (!result.Succeeded) return;
        var headers = result.ReturnValue?.Http?.Headers.Where(header => !NotCopied.Contains(header.Key)) ?? [];
        foreach (var (name, value) in headers) response.Headers[name] = value;
        var body = BytesOf(result.ReturnValue?.Http is { } http ? http.Body : result.ReturnValue);
        if (body.Length > 0) await response.Body.WriteAsync(body.Memory, cancellationToken);
    }

    private static ByteString BytesOf(TypedData? data) => data?.DataCase switch
    {
        TypedData.DataOneofCase.Bytes => data.Bytes,
        TypedData.DataOneofCase.Stream => data.Stream,
        TypedData.DataOneofCase.String => ByteString.CopyFromUtf8(data.String),
        TypedData.DataOneofCase.Json => ByteString.CopyFromUtf8(data.Json),
        _ => ByteString.Empty,
    };
}
