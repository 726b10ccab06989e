using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SpanRelay.Infrastructure.Tests.Templates;

/// <summary>What a deployment with one combination of parameters would create: a reviewed snapshot, which SnapshotTests holds against the templates.</summary>
/// <param name="Combination">The snapshot's name.</param>
/// <param name="Json">The snapshot.</param>
internal sealed partial record Deployment(string Combination, JsonObject Json)
{
    public static readonly string[] Combinations = ["default", "messages", "ingest", "network-isolation", "existing-network", "landing-zone", "nat", "rotation", "hardened"];

    private readonly Dictionary<string, string> _values = Parameter.Matches(File.ReadAllText(Path.Combine(Repository.Snapshots, $"{Combination}.bicepparam")))
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('\''));

    /// <summary>The parameters that the combination sets to something.</summary>
    public IReadOnlyCollection<string> Parameters => _values.Keys;

    public bool TakesMessages => IsAny("doors", "both", "messages");

    public bool Ingests => IsAny("doors", "both", "ingest");

    public IEnumerable<JsonObject> Resources => Json["predictedResources"]!.AsArray().Select(resource => resource!.AsObject());

    public JsonObject Outputs => Json["outputs"]!.AsObject();

    /// <summary>The function app's settings, with what only Azure knows filled in as Azure would.</summary>
    public IReadOnlyDictionary<string, string> Settings => Of("Microsoft.Web/sites").Single()["properties"]!["siteConfig"]!["appSettings"]!.AsArray()
        .ToDictionary(setting => setting!["name"]!.GetValue<string>(), setting => Settled(setting!["value"]!.GetValue<string>()));

    /// <summary>The account that only the Functions host uses.</summary>
    public string HostAccount => Settings["AzureWebJobsStorage__accountName"];

    /// <summary>The account of the dead letters.</summary>
    public string LettersAccount => Settings["DeadLetters__accountName"];

    public static Deployment Read(string combination) =>
        new(combination, JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Snapshots, $"{combination}.snapshot.json")))!.AsObject());

    public static IEnumerable<Deployment> All() => Combinations.Select(Read);

    /// <summary>Whether a parameter is set, to one of these values if there are any.</summary>
    public bool IsAny(string parameter, params string[] values) => _values.TryGetValue(parameter, out var value) && (values.Length == 0 || values.Contains(value));

    public IEnumerable<JsonObject> Of(string type) => Resources.Where(resource => resource["type"]!.GetValue<string>() == type);

    public JsonObject Properties(string type) => Of(type).Single()["properties"]!.AsObject();

    // A secret's address is put together of the vault's name and the cloud's suffix; everything else is some identifier.
    private static string Settled(string value)
    {
        if (!value.StartsWith('['))
            return value;
        if (SecretAddress.Match(value) is not { Success: true } match)
            return "known-to-azure";
        var address = $"https://{match.Groups["vault"].Value}.vault.azure.net/secrets/{match.Groups["secret"].Value}";
        return value.Contains("@Microsoft.KeyVault(", StringComparison.Ordinal) ? $"@Microsoft.KeyVault(SecretUri={address})" : address;
    }

    [GeneratedRegex(@"^param (\w+) = (.*)$", RegexOptions.Multiline)]
    private static partial Regex Parameter { get; }

    [GeneratedRegex(@"\{0\}/(?<secret>[a-z-]+).*format\('https://\{0\}\{1\}/secrets', '(?<vault>[a-z0-9-]+)', environment\(\)\.suffixes\.keyvaultDns\)")]
    private static partial Regex SecretAddress { get; }
}
