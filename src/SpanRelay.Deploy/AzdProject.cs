using System.Collections;

namespace SpanRelay.Deploy;

/// <summary>The repository, and the azd environment that a hook runs for.</summary>
/// <param name="Folder">The folder of azure.yaml.</param>
/// <param name="Settings">The environment variables: azd gives a hook all values of its environment.</param>
/// <param name="Azd">Runs azd commands.</param>
internal sealed record AzdProject(string Folder, IReadOnlyDictionary<string, string> Settings, Azd Azd)
{
    public ParametersFile Parameters { get; } = ParametersFile.Read(Path.Combine(Folder, "infra", "main.parameters.json"));

    public string EnvironmentName => Setting("AZURE_ENV_NAME");

    /// <summary>Where azd keeps the environment; not under version control.</summary>
    public string EnvironmentFolder => Path.Combine(Folder, ".azure", EnvironmentName);

    public static AzdProject Open()
    {
        var folder = FindFolder(Environment.CurrentDirectory);
        var settings = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
        return new AzdProject(folder, settings, new Azd(folder));
    }

    /// <summary>The setting's value; empty where it is not set.</summary>
    public string Setting(string name) => Settings.GetValueOrDefault(name, "").Trim();

    public bool IsOn(string name) => bool.TryParse(Setting(name), out var on) && on;

    /// <exception cref="AzdException">There is none.</exception>
    public static string FindFolder(string start)
    {
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "azure.yaml")))
                return folder;
        }

        throw new AzdException($"There is no azure.yaml in {start} or above it. Run azd in the repository.");
    }
}
