using System.Diagnostics;

namespace SpanRelay.Infrastructure.Tests.Hooks;

/// <summary>The hooks, as they are built.</summary>
internal static class HookProgram
{
    /// <summary>What the files in infra/hooks call, with a hook's name as its argument.</summary>
    public static string File { get; } = Repository.Metadata("HookProgram")!;

    public static string Source(string hook) => Repository.PathOf($"infra/hooks/{hook}.cs");

    /// <summary>What every process of the SDK needs, beside what a test gives it.</summary>
    public static void Prepare(ProcessStartInfo start)
    {
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var name in new[] { "HOME", "DOTNET_ROOT", "NUGET_PACKAGES", "USERPROFILE", "TMPDIR" })
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                start.Environment[name] = value;
        }
    }
}
