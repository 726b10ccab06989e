using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace SpanRelay.Deploy;

/// <summary>Runs azd commands in the repository.</summary>
internal sealed class Azd(string folder, string program = "azd")
{
    private const int LongestMessage = 300;

    public async Task<bool> IsSignedInAsync()
    {
        var (exitCode, output) = await RunAsync("auth", "login", "--check-status", "--output", "json");
        return exitCode == 0 && Member(output, "status") == "success";
    }

    /// <returns>A token for Azure's management API; null where azd has none.</returns>
    public async Task<string?> AccessTokenAsync()
    {
        var (exitCode, output) = await RunAsync("auth", "token", "--output", "json");
        return exitCode == 0 ? Member(output, "token") : null;
    }

    /// <summary>All values of the azd environment.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetValuesAsync()
    {
        var (exitCode, output) = await RunAsync("env", "get-values", "--output", "json");
        if (exitCode != 0 || TryParse(output) is not { ValueKind: JsonValueKind.Object } values)
            throw new AzdException("azd has no environment here. Run \"azd up\" first, or \"azd env select\" and \"azd env refresh\".");
        return values.EnumerateObject().ToDictionary(value => value.Name, value => value.Value.ToString(), StringComparer.Ordinal);
    }

    /// <summary>Sets values through a file that only this user can read: every user of the machine can see arguments.</summary>
    public async Task SetAsync(IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0)
            return;
        var file = Path.Combine(Directory.CreateTempSubdirectory("spanrelay").FullName, "values.env");
        try
        {
            EnvironmentFile.Write(file, values);
            await SetFromAsync(file);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    public async Task SetFromAsync(string file)
    {
        var (exitCode, output) = await RunAsync("env", "set", "--file", file);
        if (exitCode != 0)
            throw new AzdException($"azd env set failed: {OneLine.From(output, LongestMessage)}");
    }

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
        }
        catch (Win32Exception e)
        {
            throw new AzdException($"azd cannot be started: {e.Message}. Install it from https://aka.ms/azd, and open a new terminal.");
        }
    }

    private static string? Member(string json, string name) =>
        TryParse(json) is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member) ? member.ToString() : null;

    private static JsonElement? TryParse(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
