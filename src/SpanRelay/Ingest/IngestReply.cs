using System.Globalization;
using System.Text;
using System.Text.Json;
using SpanRelay.Buffers;
using SpanRelay.Otlp;

namespace SpanRelay.Ingest;

/// <summary>What a sender is told, as OTLP/HTTP defines it: ExportTraceServiceResponse for 200, google.rpc.Status for anything else.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What is wrong and what to do; empty where nothing is.</param>
/// <param name="RejectedSpans">With status 200, the spans that are not in the Event Hub: they are dead-lettered.</param>
/// <param name="RetryAfter">Null where a retry cannot succeed.</param>
public sealed record IngestReply(int Status, string Message = "", long RejectedSpans = 0, TimeSpan? RetryAfter = null)
{
    private const int PartialSuccess = 1;
    private const int RejectedSpansField = 1;
    private const int StatusCodeField = 1;
    private const int MessageField = 2; // In both messages.

    public static IngestReply Accepted { get; } = new(200);

    /// <summary>For a request that may succeed in a moment.</summary>
    public static IngestReply Busy(string message) => new(503, message, RetryAfter: TimeSpan.FromSeconds(1));

    private bool IsSuccess => Status == 200;

    /// <summary>Whole seconds, as the header takes them.</summary>
    public string? RetryAfterSeconds => RetryAfter is { } wait ? Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null;

    // google.rpc.Code.
    private int Code => Status switch
    {
        401 => 16, // UNAUTHENTICATED
        404 or 405 => 12, // UNIMPLEMENTED
        413 => 11, // OUT_OF_RANGE
        429 => 8, // RESOURCE_EXHAUSTED
        503 => 14, // UNAVAILABLE
        _ => 3, // INVALID_ARGUMENT
    };

    /// <param name="isJson">The request's encoding.</param>
    public byte[] ToBody(bool isJson) => isJson ? ToJson() : ToProtobuf();

    private byte[] ToProtobuf()
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        if (!IsSuccess)
        {
            writer.WriteVarint(StatusCodeField, (ulong)Code);
            writer.WriteBytes(MessageField, Encoding.UTF8.GetBytes(Message));
        }
        else if (Message.Length > 0)
        {
            var partial = writer.Begin(PartialSuccess, Message.Length);
            writer.WriteVarint(RejectedSpansField, (ulong)RejectedSpans);
            writer.WriteBytes(MessageField, Encoding.UTF8.GetBytes(Message));
            writer.End(partial);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private byte[] ToJson()
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (!IsSuccess)
            {
                json.WriteNumber("code", Code);
                json.WriteString("message", Message);
            }
            else if (Message.Length > 0)
            {
                json.WriteStartObject("partialSuccess");
                json.WriteString("rejectedSpans", RejectedSpans.ToString(CultureInfo.InvariantCulture)); // As JSON has 64-bit numbers.
                json.WriteString("errorMessage", Message);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
