using System.Text.Json;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>The response to a request.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="ContentType">Empty when there is no body.</param>
/// <param name="Body">The bytes of the body.</param>
public sealed record DynatraceReply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    internal static DynatraceReply Accepted(ExportTraceServiceResponse response) =>
        new(200, "application/x-protobuf", response.ToByteArray());

    internal static DynatraceReply Error(int status, string message) => new(
        status,
        "application/json; charset=utf-8",
        JsonSerializer.SerializeToUtf8Bytes(new { error = new { code = status, message } }));

    internal static DynatraceReply NotFound() => new(
        404, "text/html; charset=utf-8", "<!DOCTYPE html><html><head><title>404</title></head><body><h1>Not Found</h1></body></html>"u8.ToArray());
}
