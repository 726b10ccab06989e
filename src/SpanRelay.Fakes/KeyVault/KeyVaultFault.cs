namespace SpanRelay.Fakes.KeyVault;

/// <summary>A fault of a request to the vault.</summary>
/// <param name="Status">The status to respond with; 0 aborts the connection.</param>
/// <param name="Code">The error's code.</param>
public sealed record KeyVaultFault(int Status, string Code = "")
{
    /// <summary>The vault is down.</summary>
    public static KeyVaultFault Down { get; } = new(0);

    /// <summary>The requests that it applies to; by default, all.</summary>
    public Func<KeyVaultRequest, bool> Meets { get; init; } = _ => true;

    /// <summary>The request is carried out; only its response is lost.</summary>
    public bool AfterCarryingOut { get; init; }
}
