using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SpanRelay.DeadLetters;
using SpanRelay.Ingest;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Infrastructure.Tests.Drift;

/// <summary>Where the settings that a deployment sets, and those that functions and code read, part.</summary>
internal static partial class SettingsDrift
{
    /// <summary>What a function.json refers to and the deployment does not set.</summary>
    public static IEnumerable<string> MissingForFunctions(IReadOnlyDictionary<string, string> settings, IEnumerable<FunctionMetadata> functions)
    {
        foreach (var function in functions)
        {
            foreach (Match placeholder in Placeholder.Matches(function.Json.ToJsonString()))
            {
                if (!settings.ContainsKey(placeholder.Groups[1].Value))
                    yield return $"{function.Name} refers to %{placeholder.Groups[1].Value}%, which is not set.";
            }

            foreach (var connection in function.Bindings.Select(binding => binding["connection"]?.GetValue<string>()).OfType<string>())
            {
                if (!settings.Keys.Any(name => name == connection || name.StartsWith(connection + "__", StringComparison.Ordinal)))
                    yield return $"{function.Name} has the connection {connection}, of which nothing is set.";
            }
        }
    }

    /// <summary>What the app would say of these settings at its start: what it needs and does not find, and what it does not know.</summary>
    public static IReadOnlyList<string> ProblemsAtStart(IReadOnlyDictionary<string, string> settings)
    {
        var reader = new SettingsReader(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)AsThePlatformGivesIt(setting.Value))));
        RelayOptions.Read(reader);
        StorageOptions.Read(reader);
        IngestOptions.Read(reader);
        return reader.Problems;
    }

    /// <summary>What is set, and read by nobody.</summary>
    public static IEnumerable<string> UnknownToAll(IReadOnlyDictionary<string, string> settings, IReadOnlyCollection<string> sources) =>
        from name in settings.Keys
        where !IsOfTheRelay(name) && !HostSettings.Knows(name) && !sources.Any(source => source.Contains($"\"{name}\"", StringComparison.Ordinal))
        select $"{name} is set, and nothing reads it.";

    /// <summary>What may be passed through to the app, and the app does not know.</summary>
    public static IEnumerable<string> UnknownPassedThrough(JsonObject template)
    {
        var type = template["definitions"]!.AsObject().Single(definition => definition.Key.EndsWith("relaySettings", StringComparison.Ordinal)).Value!;
        var reader = new SettingsReader(type["properties"]!.AsObject().Select(property => KeyValuePair.Create(property.Key, (string?)"x")));
        RelayOptions.Read(reader);
        IngestOptions.Read(reader);
        return reader.Problems.Where(problem => problem.Contains("is unknown.", StringComparison.Ordinal));
    }

    // The code itself refuses what it does not know below these.
    private static bool IsOfTheRelay(string name) => name.Split("__")[0] is "DeadLetters" or "Dynatrace" or "Redaction" or "Relay" or "Ingest";

    private static string AsThePlatformGivesIt(string value) =>
        value.StartsWith("@Microsoft.KeyVault(", StringComparison.Ordinal) ? "what the secret holds" : value;

    [GeneratedRegex("%([A-Za-z0-9_]+)%")]
    private static partial Regex Placeholder { get; }
}
