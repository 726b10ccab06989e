using System.Text.Json;
using System.Text.RegularExpressions;

namespace SpanRelay.Deploy;

/// <summary>The setting SENDERS: each has a policy of its own name on the hub, so that its key is changed without the others.</summary>
internal static partial class Senders
{
    public const string Setting = "SENDERS";
    public const string Default = "send";

    /// <summary>An Event Hub has no more shared access policies.</summary>
    public const int Most = 12;

    /// <returns>The names; the default where none is set.</returns>
    public static IReadOnlyList<string> From(IReadOnlyDictionary<string, string> settings)
    {
        var json = JsonSetting.All.Single(each => each.Name == Setting).Read(settings.GetValueOrDefault(Setting, "").Trim());
        return json is null ? [Default] : [.. JsonElement.Parse(json).EnumerateArray().Select(name => name.ToString()).DefaultIfEmpty(Default)];
    }

    public static string? FindProblem(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => !Name.IsMatch(name)) is { } wrong)
            return $"{Setting} takes names of letters, digits, - and _, such as [\"shop\",\"search\"], and not {OneLine.Quoted(wrong, 40)}.";
        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Count)
            return $"{Setting} names a sender twice.";
        return names.Count > Most ? $"{Setting} takes {Most} senders: an Event Hub has no more shared access policies." : null;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }
}
