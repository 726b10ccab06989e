using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace SpanRelay.Infrastructure.Tests.Packaging;

/// <summary>
/// Publishes a copy of the function app with the host's Event Hubs extension, from a folder that holds a stand-in for that
/// package, and without it. The stand-in stays out of the machine's package cache.
/// </summary>
public sealed class PublishTests(ITestOutputHelper output)
{
    private const string Extension = "Microsoft.Azure.WebJobs.Extensions.EventHubs";
    private const string Startup = "EventHubsWebJobsStartup";

    private static readonly string[] Copied =
        ["src/SpanRelay", "src/SpanRelay.Functions", "src/SpanRelay.Functions.EventHubs", "Directory.Build.props", "Directory.Packages.props", "global.json", "host.json", "BannedSymbols.txt", ".editorconfig"];

    // The attribute's assembly names the package, and the app's symbols identify that assembly. The SDK lists the package, and
    // compiles a project that references it.
    private static readonly string[] Changed =
    [
        "extensions.json", "SpanRelay.Functions.EventHubs.dll", "SpanRelay.Functions.EventHubs.pdb", "SpanRelay.Functions.dll", "SpanRelay.Functions.pdb",
        ".azurefunctions/function.deps.json", ".azurefunctions/Microsoft.Azure.Functions.Worker.Extensions.dll", ".azurefunctions/Microsoft.Azure.Functions.Worker.Extensions.pdb",
    ];

    [Fact]
    public async Task APublishNamesTheHostsExtensionAndDiffersInNothingElse()
    {
        using var folder = new TemporaryFolder();
        await CopyAsync(folder);
        await PackAsync(folder, "feed", Startup);

        Assert.Equal(0, (await PublishAsync(folder, "without", "-p:HostExtension=none")).ExitCode);
        Assert.Equal(0, (await PublishAsync(folder, "with", $"-p:RestoreAdditionalProjectSources={folder.PathOf("feed")}")).ExitCode);

        var (without, with) = (Hashes(folder.PathOf("without")), Hashes(folder.PathOf("with")));
        Assert.Empty(without.Keys.Except(with.Keys));
        Assert.Equal([$".azurefunctions/{Extension}.dll"], with.Keys.Except(without.Keys));
        Assert.Empty(without.Keys.Where(file => without[file] != with[file]).Except(Changed));
        Assert.Equal(["EventHubs"], Extensions(folder.PathOf("with")).Except(Extensions(folder.PathOf("without"))));
        Assert.Empty(Extensions(folder.PathOf("without")).Except(Extensions(folder.PathOf("with"))));
    }

    [Fact]
    public async Task APublishWithoutTheExtensionFailsAndSaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        await CopyAsync(folder);
        await PackAsync(folder, "feed", "NoStartup");

        var publish = await PublishAsync(folder, "app", $"-p:RestoreAdditionalProjectSources={folder.PathOf("feed")}");

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("The published app lacks the host's Event Hubs extension", publish.All, StringComparison.Ordinal);
        Assert.Contains("-p:HostExtension=none", publish.All, StringComparison.Ordinal);
    }

    /// <summary>A package of the extension's name and version, whose assembly has a class that the host starts.</summary>
    private async Task PackAsync(TemporaryFolder folder, string feed, string startup)
    {
        var project = folder.PathOf("stand-in");
        Directory.CreateDirectory(project);
        await File.WriteAllTextAsync(Path.Combine(project, "stand-in.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>netstandard2.0</TargetFramework>
                <AssemblyName>{Extension}</AssemblyName>
                <PackageId>{Extension}</PackageId>
                <Version>6.5.2</Version>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.Azure.WebJobs" Version="3.0.44" />
              </ItemGroup>
            </Project>
            """);
        var attribute = startup == Startup
            ? $"[assembly: Microsoft.Azure.WebJobs.Hosting.WebJobsStartup(typeof(Microsoft.Azure.WebJobs.EventHubs.{startup}), \"EventHubs\")]"
            : "";
        await File.WriteAllTextAsync(Path.Combine(project, "Startup.cs"), $$"""
            {{attribute}}
            namespace Microsoft.Azure.WebJobs.EventHubs
            {
                public class {{startup}} : Microsoft.Azure.WebJobs.Hosting.IWebJobsStartup
                {
                    public void Configure(Microsoft.Azure.WebJobs.IWebJobsBuilder builder) { }
                }
            }
            """);
        Assert.Equal(0, (await DotNetAsync(folder, project, "pack", "-c", "Release", "-o", folder.PathOf(feed))).ExitCode);
    }

    /// <summary>As azd publishes, but for the compilation ahead of time, which takes long and changes no file's presence.</summary>
    private Task<ProgramResult> PublishAsync(TemporaryFolder folder, string name, string property) => DotNetAsync(
        folder, folder.PathOf("repository"), "publish", "src/SpanRelay.Functions", "-c", "Release", "-o", folder.PathOf(name), "-p:PublishReadyToRun=false", property);

    private async Task<ProgramResult> DotNetAsync(TemporaryFolder folder, string workingDirectory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = workingDirectory };
        start.Environment["NUGET_PACKAGES"] = folder.PathOf("packages");
        start.Environment["CI"] = ""; // Warnings of the stand-in's restore are not the product's.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        var result = await RunningProgram.RunAsync(start, "", TimeSpan.FromMinutes(10));
        output.WriteLine(result.All);
        return result;
    }

    private static string PackageCache =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The product's sources, and a package cache that shares all packages with the machine's but the stand-in.</summary>
    private static async Task CopyAsync(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder.PathOf("packages"));
        foreach (var package in Directory.EnumerateDirectories(PackageCache).Where(package => !package.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)))
            Directory.CreateSymbolicLink(Path.Combine(folder.PathOf("packages"), Path.GetFileName(package)), package);
        var listed = await RunningProgram.RunAsync(
            new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", .. Copied]) { WorkingDirectory = Repository.Folder }, "");
        foreach (var file in listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Repository.PathOf(file))))
        {
            var target = folder.PathOf(Path.Combine("repository", file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Repository.PathOf(file), target);
        }
    }

    private static Dictionary<string, string> Hashes(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));

    private static IEnumerable<string> Extensions(string folder) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(folder, "extensions.json")))
        .GetProperty("extensions").EnumerateArray().Select(extension => extension.GetProperty("name").GetString()!);
}
