using System.Text.RegularExpressions;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Functions.Ingest;
using SpanRelay.Functions.Telemetry;
using SpanRelay.Ingest;
using SpanRelay.Settings;
using SpanRelay.Tokens;

namespace SpanRelay.Tests.Settings;

/// <summary>
/// A row of docs/configuration.md. Its meaning stands beside the code that has the setting, as <c>&lt;setting name="…"&gt;</c>; default and
/// bounds are those that the app names when it refuses a value.
/// </summary>
/// <param name="Names">One or more.</param>
/// <param name="ReadBy">Who reads it where the relay does not; null for the relay.</param>
internal sealed partial record SettingRow(string[] Names, string Meaning, string Default, string Values, string? ReadBy)
{
    // Before All, which needs it.
    private static ILookup<string, Match> Refusals { get; } = Refusing().Problems.Select(problem => Refusal.Match(problem)).Where(match => match.Success).ToLookup(match => match.Groups[1].Value);

    public static IReadOnlyList<SettingRow> All { get; } = [.. Sources.SelectMany(source => Tag.Matches(source)).Select(Read)];

    /// <summary>What the app asks for, in whichever way it is configured.</summary>
    public static IReadOnlySet<string> NamesRead { get; } = Refusing("EVENTHUB").Names.Concat(Refusing("DeadLetters", "IDENTITY_ENDPOINT").Names).ToHashSet();

    /// <summary>Without the hooks of azd, whose settings docs/deploy.md has.</summary>
    public static IEnumerable<string> Sources => Directory
        .EnumerateFiles(Path.Combine(Documents.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "obj" or "SpanRelay.Deploy"))
        .Order(StringComparer.Ordinal).Select(File.ReadAllText);

    public bool IsOf(string[] prefixes) => prefixes.Any(prefix => Names[0].StartsWith(prefix, StringComparison.Ordinal));

    public override string ToString() =>
        $"| {string.Join(", ", Names.Select(name => $"`{name}`"))} | {Meaning}{(ReadBy is null ? "" : $" {ReadBy}.")} | {Default} | {Values} |\n";

    private static SettingRow Read(Match tag)
    {
        var (names, meaning) = (tag.Groups["names"].Value.Split(", "), tag.Groups["meaning"].Value);
        var attributes = Attribute.Matches(tag.Groups["attributes"].Value).ToDictionary(each => each.Groups[1].Value, each => each.Groups[2].Value);
        var readBy = attributes.TryGetValue("read-by", out var reader) ? $"Read by {reader}" : attributes.TryGetValue("set-by", out var setter) ? $"Set by {setter}" : null;
        var refusal = Refusals[names[0]].FirstOrDefault();
        return refusal is null
            ? new SettingRow(names, meaning, attributes.GetValueOrDefault("default", readBy is { } by && by.StartsWith("Set", StringComparison.Ordinal) ? "" : "none"), "", readBy)
            : new SettingRow(names, meaning, $"`{refusal.Groups["default"].Value}`", ValuesOf(refusal), readBy);
    }

    private static string ValuesOf(Match refusal) => refusal.Groups["kind"].Value switch
    {
        "true or false" => "`true`, `false`",
        "a whole number" => $"{refusal.Groups["min"].Value} to {refusal.Groups["max"].Value}",
        _ => $"`hh:mm:ss`, {refusal.Groups["min"].Value} to {refusal.Groups["max"].Value}",
    };

    /// <summary>A reader of nothing but values that no setting takes, after all that reads settings has read it.</summary>
    private static SettingsReader Refusing(params string[] set)
    {
        var names = Sources.SelectMany(source => Literal.Matches(source)).Select(match => match.Groups[1].Value).Distinct().Where(name => name.Contains("__", StringComparison.Ordinal) && name.Split("__")[0] is "Dynatrace" or "Redaction" or "GenAi" or "Relay" or "Ingest");
        var settings = new SettingsReader(names.Concat(set).Select(name => KeyValuePair.Create(name, (string?)"?")));
        RelayOptions.Read(settings);
        StorageOptions.Read(settings);
        IngestOptions.Read(settings);
        TelemetryOptions.Read(settings);
        OtlpReceiver.Read("https://collector.example.com", "--to", settings);
        SenderKeys.Create(settings).Dispose();
        AzureLogin.Create(settings);
        return settings;
    }

    [GeneratedRegex("""/// <setting name="(?<names>[^"]+)"(?<attributes>[^>]*)>(?<meaning>.+)</setting>""")]
    private static partial Regex Tag { get; }

    [GeneratedRegex(@" ([a-z-]+)=""([^""]*)""")]
    private static partial Regex Attribute { get; }

    [GeneratedRegex(@"^(\w+) takes (?<kind>true or false|a whole number|a time as hh:mm:ss,)(?: from (?<min>\S+) to (?<max>\S+))? \(default: (?<default>\S+)\)\.$")]
    private static partial Regex Refusal { get; }

    [GeneratedRegex("\"([A-Za-z_]+)\"")]
    private static partial Regex Literal { get; }
}
