namespace SpanRelay.Fakes.KeyVault;

/// <summary>An authorized request to the vault. It holds neither credential nor value.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Without the query.</param>
public sealed record KeyVaultRequest(string Method, string Path)
{
    /// <summary>It changes what is stored.</summary>
    public bool IsChange => Method != "GET";
}
