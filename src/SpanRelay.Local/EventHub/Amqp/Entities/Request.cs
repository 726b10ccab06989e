using Amqp;
using Amqp.Types;
using SpanRelay.Local.EventHub.Amqp.Messages;

namespace SpanRelay.Local.EventHub.Amqp.Entities;

/// <summary>A message to <c>$cbs</c> or <c>$management</c>.</summary>
/// <param name="Id">The message id, of any type.</param>
/// <param name="ReplyTo">The address for the reply.</param>
/// <param name="Properties">The operation and its arguments.</param>
/// <param name="Body">For put-token, the token.</param>
internal sealed record Request(object? Id, string? ReplyTo, Map Properties, object? Body)
{
    /// <returns>Null when the bytes are not a message.</returns>
    public static Request? Read(ReadOnlyMemory<byte> bytes)
    {
        if (MessageSection.Split(bytes) is null) return null;
        try
        {
            var copy = bytes.ToArray();
            var message = Message.Decode(new ByteBuffer(copy, 0, copy.Length, copy.Length));
            return new Request(message.Properties?.GetMessageId(), message.Properties?.ReplyTo, message.ApplicationProperties?.Map ?? [], message.Body);
        }
        catch (Exception exception) when (exception is AmqpException or InvalidOperationException or InvalidCastException or ArgumentException)
        {
            return null;
        }
    }

    public string? Text(string property) => Properties[property]?.ToString();
}
