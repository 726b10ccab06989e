using System.Security.Cryptography;
using System.Text.Json;

namespace SpanRelay.Deploy;

/// <summary>The settings that a deployment gave the function app, by what azd keeps of it on this machine. None is a secret.</summary>
internal static class DeployedSettings
{
    private const int MaxLength = 1_000_000;

    /// <param name="start">The folder of the repository, or one below it.</param>
    /// <param name="environment">The azd environment's name.</param>
    /// <exception cref="AzdException">There is no such environment, or it is not deployed.</exception>
    public static Dictionary<string, string?> Read(string start, string environment)
    {
        var repository = AzdProject.FindFolder(start);
        var environments = Path.Combine(repository, ".azure");
        var names = Directory.Exists(environments) ? Directory.GetDirectories(environments).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList() : [];
        if (!names.Contains(environment))
            throw new AzdException($"There is no azd environment of that name in {environments}. {(names.Count == 0 ? "There is none. Run \"azd env refresh\"." : $"There is: {string.Join(", ", names)}.")}");

        var file = Path.Combine(environments, environment, ".env");
        if (!File.Exists(file) || new FileInfo(file).Length > MaxLength)
            throw new AzdException($"{file} is missing, or no file of azd. Run \"azd env refresh\".");
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in EnvironmentFile.Read(File.ReadAllText(file)))
            values[name] = value;
        if (values.GetValueOrDefault("EVENTHUB_HOST", "").Length == 0)
            throw new AzdException($"The azd environment {environment} is not deployed, or not known here. Run \"azd up\", or \"azd env refresh\".");
        return From(values, Path.Combine(repository, "src", "SpanRelay.Functions"));
    }

    /// <param name="values">What azd keeps.</param>
    /// <param name="appFolder">Where the app's policy files are.</param>
    public static Dictionary<string, string?> From(IReadOnlyDictionary<string, string> values, string appFolder)
    {
        string? Value(string name) => values.GetValueOrDefault(name);
        string SecretUri(string name) => $"https://{Value("AZURE_KEY_VAULT_NAME")}.vault.azure.net/secrets/{name}";
        bool IsOn(string name) => bool.TryParse(Value(name), out var on) && on;

        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["AzureWebJobsStorage__accountName"] = Value("AZURE_STORAGE_ACCOUNT_NAME"),
            ["DeadLetters__accountName"] = Value("DEAD_LETTER_ACCOUNT_NAME"),
            ["Dynatrace__Environment"] = Value("DYNATRACE_ENVIRONMENT"),
            ["Dynatrace__TokenSecretUri"] = SecretUri("dynatrace-token"),
            ["EVENTHUB_NAME"] = Value("EVENTHUB_NAME"),
            ["EVENTHUB__fullyQualifiedNamespace"] = Value("EVENTHUB_HOST"),
        };
        if (IsOn("TOKEN_ROTATION"))
            settings["Dynatrace__RotationTokenSecretUri"] = SecretUri("dynatrace-rotation-token");
        if (IsOn("AI_METRICS"))
            settings["GenAi__Metrics"] = "true";
        if (IsOn("REDACTION_HASHES"))
            settings["Redaction__HashKey"] = RandomNumberGenerator.GetHexString(32); // The app's own is in Key Vault, and nothing is redacted with this one.
        foreach (var (name, value) in PassedThrough(Value("RELAY_SETTINGS")))
            settings[name] = name == "Redaction__Policy" ? Path.Combine(appFolder, value) : value;
        return settings;
    }

    private static IEnumerable<(string Name, string Value)> PassedThrough(string? text)
    {
        var json = string.IsNullOrWhiteSpace(text) ? "{}" : JsonSetting.All.Single(each => each.Name == "RELAY_SETTINGS").Read(text) ?? throw new AzdException("RELAY_SETTINGS is no JSON object. Run \"azd env refresh\".");
        return JsonElement.Parse(json).EnumerateObject().Select(each => (each.Name, each.Value.ToString()));
    }
}
