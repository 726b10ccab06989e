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
}
