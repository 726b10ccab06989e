namespace SpanRelay.Deploy;

/// <summary>
/// The names of the settings that are secrets. NAME is for an environment variable, which reaches no file; NAME_ONCE holds what was
/// typed until it is in Key Vault; NAME_STORED says that it is, and is an output.
/// </summary>
internal static class Secrets
{
    public const string Token = "DYNATRACE_TOKEN";
    public const string RotationToken = "DYNATRACE_ROTATION_TOKEN";
    public const string Once = "_ONCE";
    public const string Stored = "_STORED";

    public static readonly IReadOnlyList<string> Names = [Token, RotationToken];

    /// <summary>Removes what was typed for a deployment that failed: azd runs no hook after a failure, so the next one that runs does it.</summary>
    public static Task ForgetTypedAsync(Azd azd, IReadOnlyDictionary<string, string> values) =>
        azd.SetAsync(Names.Select(name => name + Once).Where(name => values.GetValueOrDefault(name, "").Length > 0).ToDictionary(name => name, _ => ""));
}
