using System.Security.Cryptography;
using Google.Protobuf;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Doctor;

/// <summary>A span of no consequence in a trace of its own.</summary>
internal static class CanarySpan
{
    public const string Service = "spanrelay-doctor";

    /// <returns>The export, and the trace's id in hex.</returns>
    public static (byte[] Export, string TraceId) Create(DateTimeOffset now)
    {
        var trace = RandomNumberGenerator.GetBytes(16);
        var end = (ulong)(now - DateTimeOffset.UnixEpoch).Ticks * 100;
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(trace),
            SpanId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(8)),
            Name = "spanrelay doctor --canary",
            StartTimeUnixNano = end - 1_000_000,
            EndTimeUnixNano = end,
        };
        var service = new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = Service } };
        var export = new ExportTraceServiceRequest
        {
            ResourceSpans = { new ResourceSpans { Resource = new Resource { Attributes = { service } }, ScopeSpans = { new ScopeSpans { Spans = { span } } } } },
        };
        return (export.ToByteArray(), Convert.ToHexStringLower(trace));
    }
}
