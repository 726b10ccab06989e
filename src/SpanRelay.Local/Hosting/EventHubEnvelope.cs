using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SpanRelay.DeadLetters;

namespace SpanRelay.Local.Hosting;

/// <summary>
/// The request body of an Event Hub invocation: the events as base64 in a JSON array, which itself is a JSON string under
/// <c>Data</c>; then <c>Metadata</c>. Written event by event, without a length.
/// </summary>
internal sealed class EventHubEnvelope : HttpContent
{
    private readonly EventHubSource _source;
    private readonly EventHubInvocation _invocation;
    private readonly DateTimeOffset _now;
    private readonly Guid _guid;

    public EventHubEnvelope(EventHubSource source, EventHubInvocation invocation, DateTimeOffset now, Guid guid)
    {
        _source = source;
        _invocation = invocation;
        _now = now;
        _guid = guid;
        Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, $"{{\"Data\":{{\"{JsonEncodedText.Encode(_source.Binding, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\":\"[");
        for (var index = 0; index < _invocation.Events.Count; index++)
        {
            if (index > 0) Write(buffer, ",");
            WriteBase64(buffer, _invocation.Events[index].Body.Span);
            await stream.WriteAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
        }

        Write(buffer, "]\"},\"Metadata\":");
        EventHubMetadata.Write(buffer, _source, _invocation, _now, _guid);
        Write(buffer, "}");
        await stream.WriteAsync(buffer.WrittenMemory, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    // A JSON string inside a JSON string: its quotes are escaped. Base64 has nothing that needs to be.
    private static void WriteBase64(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> body)
    {
        Write(buffer, "\\\"");
        var room = buffer.GetSpan(Base64.GetMaxEncodedToUtf8Length(body.Length));
        Base64.EncodeToUtf8(body, room, out _, out var written);
        buffer.Advance(written);
        Write(buffer, "\\\"");
    }

    private static void Write(ArrayBufferWriter<byte> buffer, string text) => Encoding.UTF8.GetBytes(text, buffer);
}
