namespace SpanRelay.Infrastructure.Tests.Hooks;

/// <summary>A shell that people type commands into.</summary>
/// <param name="Name">sh or pwsh.</param>
/// <param name="File">The program.</param>
/// <param name="Before">The arguments before the command.</param>
internal sealed record Shell(string Name, string File, params string[] Before)
{
    // PowerShell stops at a command that fails only if it is told to.
    private const string StopAtFailures = "$ErrorActionPreference = 'Stop'; $PSNativeCommandUseErrorActionPreference = $true; ";

    public string[] Arguments(string command) => [.. Before, Name == "pwsh" ? StopAtFailures + command : command];

    public static Shell Of(string name) => name == "sh"
        ? new Shell("sh", "sh", "-euc")
        : new Shell("pwsh", "dotnet", Repository.Metadata("PowerShell")!, "-NoProfile", "-NonInteractive", "-Command");
}
