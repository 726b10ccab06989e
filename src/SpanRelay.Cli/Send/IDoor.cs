namespace SpanRelay.Cli.Send;

/// <summary>One way in: HTTPS send, AMQP or ingest.</summary>
internal interface IDoor : IAsyncDisposable
{
    /// <summary>Where it is; no secret.</summary>
    string Address { get; }

    /// <summary>The largest body it takes.</summary>
    int MaxBytes { get; }

    /// <summary>Whether it takes traces only, as protobuf; otherwise it takes any bytes.</summary>
    bool TakesTracesOnly { get; }

    /// <returns>Null when the event was taken; otherwise the refusal.</returns>
    Task<Refusal?> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
