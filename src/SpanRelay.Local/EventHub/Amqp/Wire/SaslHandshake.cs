using Amqp.Sasl;
using Amqp.Types;

namespace SpanRelay.Local.EventHub.Amqp.Wire;

/// <summary>
/// The protocol headers and SASL, which lets everybody in: a token on <c>$cbs</c> decides. Nothing of the AMQP layer is written
/// before the client's AMQP header came, since JavaScript's client does not see an Open in one packet with the SASL outcome.
/// </summary>
internal static class SaslHandshake
{
    private static readonly byte[] SaslHeader = [.. "AMQP"u8, 3, 1, 0, 0];
    private static readonly byte[] AmqpHeader = [.. "AMQP"u8, 0, 1, 0, 0];

    // The .NET client knows only MSSBCBS, JavaScript's takes ANONYMOUS.
    private static readonly Symbol[] Mechanisms = ["MSSBCBS", "ANONYMOUS"];

    /// <returns>False when the client speaks something else.</returns>
    public static async Task<bool> RunAsync(FrameReader reader, FrameWriter writer, CancellationToken cancellationToken)
    {
        var header = await reader.ReadProtocolHeaderAsync(cancellationToken);
        if (Is(header, SaslHeader))
        {
            if (!await AuthenticateAsync(reader, writer, cancellationToken)) return false;
            header = await reader.ReadProtocolHeaderAsync(cancellationToken);
        }

        // The answer to a wrong header is the right one, then the end.
        await writer.WriteProtocolHeaderAsync(AmqpHeader, cancellationToken);
        return Is(header, AmqpHeader);
    }

    private static async Task<bool> AuthenticateAsync(FrameReader reader, FrameWriter writer, CancellationToken cancellationToken)
    {
        await writer.WriteProtocolHeaderAsync(SaslHeader, cancellationToken);
        await writer.WriteSaslAsync(new SaslMechanisms { SaslServerMechanisms = Mechanisms }, cancellationToken);
        if ((await reader.ReadAsync(cancellationToken)).Frame?.Performative is not SaslInit init) return false;
        var isKnown = Mechanisms.Contains(init.Mechanism);
        await writer.WriteSaslAsync(new SaslOutcome { Code = isKnown ? SaslCode.Ok : SaslCode.Auth }, cancellationToken);
        return isKnown;
    }

    private static bool Is(byte[]? header, byte[] expected) => header is not null && header.AsSpan().SequenceEqual(expected);
}
