namespace SpanRelay.Deploy;

/// <summary>What is asked for besides the fields. All of it is secret.</summary>
internal sealed record ConnectionRequest
{
    /// <summary>The key that signs for the Event Hub.</summary>
    public bool Signature { get; init; }

    /// <summary>That of which sender; null for the first.</summary>
    public string? Sender { get; init; }

    /// <summary>The sender's secondary key.</summary>
    public bool Secondary { get; init; }

    /// <summary>The key of ingest.</summary>
    public bool IngestKey { get; init; }
}
