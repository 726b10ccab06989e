using System.Text.Json.Nodes;

namespace SpanRelay.Infrastructure.Tests.Templates;

/// <summary>The Bicep compiler: from NuGet where there is one for this machine, elsewhere the one on the PATH.</summary>
internal static class BicepCompiler
{
    public const string WhyNone = "There is no Bicep compiler in NuGet for this system, and none on the PATH.";

    private static readonly string? File = Repository.Metadata("BicepCompiler") ?? OnPath();

    public static bool IsThere => File is not null;

    public static async Task<JsonObject> BuildAsync(string template)
    {
        var built = await RunAsync("build", template, "--stdout");
        Assert.True(built.ExitCode == 0, built.Errors);
        return JsonNode.Parse(built.Output)!.AsObject();
    }

    public static Task<ProgramResult> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(IsThere, WhyNone);
        return RunningProgram.RunAsync(File!, arguments);
    }

    /// <summary>Runs the oldest one that can be had.</summary>
    public static Task<ProgramResult> RunOldestAsync(params string[] arguments)
    {
        var file = Repository.Metadata("OldestBicepCompiler");
        Assert.SkipUnless(file is not null, WhyNone);
        return RunningProgram.RunAsync(file!, arguments);
    }

    private static string? OnPath() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "bicep.exe" : "bicep"))
        .FirstOrDefault(System.IO.File.Exists);
}
