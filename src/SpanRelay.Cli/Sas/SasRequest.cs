namespace SpanRelay.Cli.Sas;

/// <summary>What to sign, and for how long.</summary>
/// <param name="Host">The namespace's host, such as <c>example.servicebus.windows.net</c>.</param>
/// <param name="Hub">The Event Hub's name.</param>
/// <param name="Policy">The shared access policy's name.</param>
/// <param name="Days">For how many days the signature is valid.</param>
internal sealed record SasRequest(string Host, string Hub, string Policy, int Days)
{
    /// <summary>Sign with the policy's secondary key.</summary>
    public bool Secondary { get; init; }

    /// <summary>Where the key is read, if it is not given; null for the subscription of azd's environment.</summary>
    public string? Subscription { get; init; }

    /// <inheritdoc cref="Subscription"/>
    public string? ResourceGroup { get; init; }

    /// <summary>The signed resource; everything below it is included.</summary>
    public Uri Resource => new($"https://{Host}/{Hub}");
}
