using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Redaction;

/// <summary>Reads a policy file and collects every problem with its location. With any problem, the policy must not be used.</summary>
internal sealed class RedactionPolicyReader
{
    private const int MaxTruncateBytes = 1_000_000;

    private static readonly string[] Members =
        ["excludeRequestData", "excludeErrorText", "keep", "allowOnly", "drop", "hash", "mask", "truncate", "detectors", "patterns", "audit"];

    private readonly List<string> _problems = [];

    /// <param name="problems">Each starts with the place in the file, such as <c>$.drop[2]</c>.</param>
    public static RedactionPolicy Read(ReadOnlyMemory<byte> json, out IReadOnlyList<string> problems)
    {
        var reader = new RedactionPolicyReader();
        problems = reader._problems;
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using var document = JsonDocument.Parse(json, options);
            return reader.Read(document.RootElement);
        }
        catch (JsonException e)
        {
            reader.Report(string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}"), "is not valid JSON.");
            return new RedactionPolicy();
        }
    }

    private RedactionPolicy Read(JsonElement root)
    {
        var defaults = new RedactionPolicy();
        if (root.ValueKind != JsonValueKind.Object)
        {
            Report("$", "must be an object.");
            return defaults;
        }

        foreach (var member in root.EnumerateObject())
        {
            if (member.Name != "$schema" && !Members.Contains(member.Name))
                Report($"$.{member.Name}", $"is unknown. A policy has: {string.Join(", ", Members)}.");
        }

        foreach (var twice in root.EnumerateObject().GroupBy(member => member.Name).Where(group => group.Count() > 1))
            Report($"$.{twice.Key}", "appears more than once.");

        return new RedactionPolicy
        {
            ExcludeRequestData = Flag(root, "excludeRequestData", defaults.ExcludeRequestData),
            ExcludeErrorText = Flag(root, "excludeErrorText", defaults.ExcludeErrorText),
            Keep = Keys(root, "keep"),
            AllowOnly = Keys(root, "allowOnly"),
            Drop = Keys(root, "drop"),
            Hash = Keys(root, "hash"),
            Mask = Keys(root, "mask"),
            Truncate = Truncations(root),
            Detectors = ReadDetectors(root),
            Patterns = Patterns(root),
            Audit = Flag(root, "audit", defaults.Audit),
        };
    }

    private bool Flag(JsonElement root, string name, bool byDefault)
    {
        if (!root.TryGetProperty(name, out var value))
            return byDefault;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();

        Report($"$.{name}", "takes true or false.");
        return byDefault;
    }

    private List<string> Keys(JsonElement root, string name)
    {
        var keys = new List<string>();
        if (!root.TryGetProperty(name, out var list))
            return keys;
        if (list.ValueKind != JsonValueKind.Array)
        {
            Report($"$.{name}", "takes a list of attribute keys.");
            return keys;
        }

        for (var i = 0; i < list.GetArrayLength(); i++)
        {
            if (IsText(list[i]))
                keys.Add(list[i].GetString()!);
            else
                Report(string.Create(CultureInfo.InvariantCulture, $"$.{name}[{i}]"), "takes an attribute key.");
        }

        if (name == "allowOnly" && keys.Count == 0)
            Report("$.allowOnly", "is empty, which would drop every attribute. Leave it out to allow all.");
        return keys;
    }

    private List<KeyValuePair<string, int>> Truncations(JsonElement root)
    {
        var truncations = new List<KeyValuePair<string, int>>();
        foreach (var member in ObjectMembers(root, "truncate", "takes an object of attribute keys and numbers of bytes."))
        {
            if (member.Name.Length > 0 && member.Value.ValueKind == JsonValueKind.Number
                && member.Value.TryGetInt32(out var bytes) && bytes is >= 1 and <= MaxTruncateBytes)
                truncations.Add(KeyValuePair.Create(member.Name, bytes));
            else
                Report($"$.truncate['{member.Name}']", string.Create(CultureInfo.InvariantCulture, $"takes a number of bytes from 1 to {MaxTruncateBytes}."));
        }

        return truncations;
    }

    private Dictionary<string, string> ReadDetectors(JsonElement root)
    {
        var detectors = new Dictionary<string, string>(RedactionPolicy.DefaultDetectors, StringComparer.Ordinal);
        foreach (var member in ObjectMembers(root, "detectors", "takes an object of detectors' names."))
        {
            var place = $"$.detectors.{member.Name}";
            var detector = DetectorCatalog.All.FirstOrDefault(each => each.Name == member.Name);
            if (detector is null)
                Report(place, $"is unknown. Detectors are: {string.Join(", ", DetectorCatalog.All.Select(each => each.Name))}.");
            else if (member.Value.ValueKind == JsonValueKind.False)
                detectors.Remove(detector.Name);
            else if (member.Value.ValueKind == JsonValueKind.True)
                detectors[detector.Name] = detector.DefaultReplacement;
            else if (IsReplacement(member.Value))
                detectors[detector.Name] = member.Value.GetString()!;
            else
                Report(place, "takes true, false or a replacement: a text without quotes, backslashes and control characters.");
        }

        return detectors;
    }

    private List<RedactionPattern> Patterns(JsonElement root)
    {
        var patterns = new List<RedactionPattern>();
        if (!root.TryGetProperty("patterns", out var list))
            return patterns;
        if (list.ValueKind != JsonValueKind.Array)
        {
            Report("$.patterns", "takes a list of objects with name, pattern and replacement.");
            return patterns;
        }

        for (var i = 0; i < list.GetArrayLength(); i++)
        {
            if (Pattern(list[i], string.Create(CultureInfo.InvariantCulture, $"$.patterns[{i}]")) is { } pattern)
                patterns.Add(pattern);
        }

        return patterns;
    }

    private RedactionPattern? Pattern(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("name", out var name) || !IsName(name)
            || !element.TryGetProperty("pattern", out var pattern) || !IsText(pattern)
            || !element.TryGetProperty("replacement", out var replacement) || !IsReplacement(replacement)
            || element.EnumerateObject().Count() != 3)
        {
            Report(place, "takes exactly name (letters, digits, - and _), pattern and replacement (a text without quotes, backslashes and control characters).");
            return null;
        }

        try
        {
            var regex = new Regex(pattern.GetString()!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            if (!regex.IsMatch(""))
                return new RedactionPattern(name.GetString()!, regex, replacement.GetString()!);

            Report($"{place}.pattern", "matches the empty text, and so everywhere.");
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            Report($"{place}.pattern", $"is not a regular expression that runs without backtracking: {e.Message}");
        }

        return null;
    }

    private List<JsonProperty> ObjectMembers(JsonElement root, string name, string problem)
    {
        if (!root.TryGetProperty(name, out var value))
            return [];
        if (value.ValueKind == JsonValueKind.Object)
            return [.. value.EnumerateObject()];

        Report($"$.{name}", problem);
        return [];
    }

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0;

    private static bool IsName(JsonElement value) =>
        IsText(value) && value.GetString()!.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    // It may be inserted into JSON, which must stay valid.
    private static bool IsReplacement(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && !value.GetString()!.Any(c => c is '"' or '\\' || char.IsControl(c) || char.IsSurrogate(c));

    private void Report(string place, string problem) => _problems.Add($"{place} {problem}");
}
