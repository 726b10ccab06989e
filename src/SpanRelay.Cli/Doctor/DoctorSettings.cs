using System.Collections;
using System.Text.Json;
using SpanRelay.Cli.Run;
using SpanRelay.Deploy;
using SpanRelay.Local;

namespace SpanRelay.Cli.Doctor;

/// <summary>Finds the settings of the app that a command looks at.</summary>
internal static class DoctorSettings
{
    private const int MaxLength = 1_000_000;
    private const string Policy = "Redaction__Policy";

    private static readonly string[] OfAnApp = ["Dynatrace__", "DeadLetters", "AzureWebJobsStorage", "EVENTHUB"];

    /// <param name="file">Named by the user; null for what the environment says, else the running local system.</param>
    /// <param name="azdEnvironment">Named by the user: what azd deployed from this repository.</param>
    /// <param name="dataFolder">A local system's data folder; null for the last one.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="AzdException">There is no such azd environment.</exception>
    /// <exception cref="LocalSystemException">There are no settings anywhere.</exception>
    public static Dictionary<string, string?> Read(string? file, string? azdEnvironment, string? dataFolder)
    {
        if (file is not null)
            return ReadFile(file);
        if (azdEnvironment is not null)
            return DeployedSettings.Read(Environment.CurrentDirectory, azdEnvironment);
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(each => (string)each.Key, each => (string?)each.Value, StringComparer.OrdinalIgnoreCase);
        if (dataFolder is null && environment.Keys.Any(name => OfAnApp.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))))
            return environment;
        if (SystemFile.Read(dataFolder ?? SystemFile.LastDataFolder) is { IsRunning: true } system)
            return Of(system, environment.GetValueOrDefault(RunCommand.TokenVariable));
        throw new LocalSystemException(dataFolder is null
            ? "There is nothing to look at: set the app's settings in the environment, name a file with --settings or an azd environment with --environment, or start a local system (spanrelay run)."
            : $"No local system is running with its data in {dataFolder}.");
    }

    /// <summary>The file of the system has no token of a real environment.</summary>
    private static Dictionary<string, string?> Of(SystemFile system, string? token)
    {
        var settings = system.Settings.ToDictionary(each => each.Key, each => (string?)each.Value, StringComparer.OrdinalIgnoreCase);
        if (!settings.ContainsKey("Dynatrace__TokenSecretUri"))
            settings.TryAdd("Dynatrace__ApiToken", token);
        if (settings.GetValueOrDefault(Policy) is { Length: > 0 } policy)
            settings[Policy] = Path.Combine(AppContext.BaseDirectory, "function-app", policy);
        foreach (var (name, value) in settings.Where(each => each.Key.StartsWith("IDENTITY_", StringComparison.Ordinal)))
            Environment.SetEnvironmentVariable(name, value); // The login looks there.
        return settings;
    }

    private static Dictionary<string, string?> ReadFile(string file)
    {
        var text = ReadText(file);
        var settings = text.TrimStart().StartsWith('{') ? ReadJson(text, file) : ReadLines(text);

        // As the app does, which has its policy beside it.
        if (settings.GetValueOrDefault(Policy) is { Length: > 0 } policy)
            settings[Policy] = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, policy);
        return settings;
    }

    /// <summary>All of it, or nothing: a device states no length and may have no end.</summary>
    private static string ReadText(string file)
    {
        using var reader = new StreamReader(file);
        var text = new char[MaxLength + 1];
        var length = reader.ReadBlock(text);
        return length <= MaxLength ? new string(text, 0, length) : throw new IOException($"--settings names a file of more than 1,000,000 characters: {file}.");
    }

    private static Dictionary<string, string?> ReadJson(string text, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var root = document.RootElement;
            var values = root.TryGetProperty("Values", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : root;
            var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            foreach (var value in values.EnumerateObject())
                settings[value.Name] = value.Value.ToString();
            return settings;
        }
        catch (JsonException e)
        {
            throw new IOException($"--settings names a file that is no JSON: {file}, line {e.LineNumber + 1}.", e);
        }
    }

    private static Dictionary<string, string?> ReadLines(string text)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in EnvironmentFile.Read(text))
            settings[name] = value;
        return settings;
    }
}
