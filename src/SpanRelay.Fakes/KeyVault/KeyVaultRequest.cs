namespace SpanRelay.Fakes.KeyVault;

/// <summary>A request that reached the vault and was let in. Neither credential nor value is in it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Without the query.</param>
public sealed record KeyVaultRequest(string Method, string Path)
{
    /// <summary>It changes what is stored.</summary>
    public bool IsChange => Method != "GET";
}
