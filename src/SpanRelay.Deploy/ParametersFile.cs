using System.Text.Json;
using System.Text.RegularExpressions;

namespace SpanRelay.Deploy;

/// <summary>infra/main.parameters.json: which setting each parameter of the templates comes from, and its default.</summary>
internal sealed partial class ParametersFile
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    private readonly JsonElement _json;

    private ParametersFile(string text)
    {
        _json = JsonElement.Parse(text);
        References = [.. Reference.Matches(text).Select(match => (match.Groups["name"].Value, match.Groups["default"].Value))];
    }

    /// <summary>Each setting, and its default; empty where the templates have it.</summary>
    public IReadOnlyList<(string Name, string Default)> References { get; }

    /// <summary>The settings that are the user's, and no secrets: they are outputs too, so azd keeps them in Azure.</summary>
    public IEnumerable<string> Settings => References.Select(reference => reference.Name)
        .Where(name => !IsSecret(name) && !name.EndsWith("_STORED", StringComparison.Ordinal) && name is not ("AZURE_ENV_NAME" or "AZURE_LOCATION" or "VAULT_CREATE_MODE"))
        .Distinct();

    public static ParametersFile Read(string path) => new(File.ReadAllText(path));

    public static bool IsSecret(string name) => name.EndsWith("_TOKEN", StringComparison.Ordinal) || name.EndsWith("_KEY", StringComparison.Ordinal) || name.EndsWith("_ONCE", StringComparison.Ordinal);

    /// <summary>The setting's value, or its default in the file.</summary>
    public string ValueOf(string name, AzdProject project)
    {
        var value = project.Setting(name);
        if (value.Length > 0 && JsonSetting.All.FirstOrDefault(setting => setting.Name == name) is { } json)
            return json.Read(value) ?? value;
        return value.Length > 0 ? value : References.FirstOrDefault(reference => reference.Name == name).Default ?? "";
    }

    /// <summary>The file with the settings in place, without the parameters of which nothing is set: as azd gives it to Azure.</summary>
    public string Resolve(AzdProject project)
    {
        var parameters = new Dictionary<string, object>();
        foreach (var parameter in _json.GetProperty("parameters").EnumerateObject())
        {
            var text = parameter.Value.GetProperty("value").GetString()!;
            var value = Reference.Replace(text, match => ValueOf(match.Groups["name"].Value, project));
            if (value.Length > 0)
                parameters[parameter.Name] = new { value = Typed(value) };
        }

        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["$schema"] = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
            ["contentVersion"] = "1.0.0.0",
            ["parameters"] = parameters,
        }, Readable);
    }

    // azd converts texts by the type of the template's parameter; here, what reads as another type is one.
    private static object Typed(string value)
    {
        if (value is not ("true" or "false") && !value.StartsWith('{') && !value.StartsWith('[') && !Number.IsMatch(value))
            return value;
        try
        {
            return JsonElement.Parse(value);
        }
        catch (JsonException)
        {
            return value;
        }
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)(?:=(?<default>[^}]*))?\}")]
    private static partial Regex Reference { get; }

    [GeneratedRegex(@"^-?[0-9]{1,9}\z")]
    private static partial Regex Number { get; }
}
