namespace SpanRelay.Fakes.KeyVault;

/// <summary>What goes wrong with a request to the vault.</summary>
/// <param name="Status">Answered instead; 0 breaks the connection off.</param>
/// <param name="Code">The error's code.</param>
public sealed record KeyVaultFault(int Status, string Code = "")
{
    /// <summary>The vault is down.</summary>
    public static KeyVaultFault Down { get; } = new(0);

    /// <summary>Only such requests meet it; by default, all.</summary>
    public Func<KeyVaultRequest, bool> Meets { get; init; } = _ => true;

    /// <summary>The request is carried out all the same; only its answer is lost.</summary>
    public bool AfterCarryingOut { get; init; }
}
