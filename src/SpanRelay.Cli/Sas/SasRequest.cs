namespace SpanRelay.Cli.Sas;

/// <summary>What a signature is asked for.</summary>
/// <param name="Host">The namespace's host, such as <c>example.servicebus.windows.net</c>.</param>
/// <param name="Hub">The Event Hub's name.</param>
/// <param name="Policy">The shared access policy's name.</param>
/// <param name="Days">The signature's life.</param>
internal sealed record SasRequest(string Host, string Hub, string Policy, int Days)
{
    /// <summary>What the signature opens, with everything below it.</summary>
    public Uri Resource => new($"https://{Host}/{Hub}");
}
