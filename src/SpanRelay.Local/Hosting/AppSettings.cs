using System.Text.RegularExpressions;

namespace SpanRelay.Local.Hosting;

/// <summary>The function app's settings, as environment variables and for <c>%SETTING%</c> in function.json.</summary>
/// <param name="values">By name; names differ in case at most on Windows.</param>
public sealed partial class AppSettings(IReadOnlyDictionary<string, string> values)
{
    /// <summary>All of them, by name. Some are secrets.</summary>
    public IReadOnlyDictionary<string, string> Values => values;

    /// <summary>Puts the settings' values in the place of their names between percent signs.</summary>
    /// <exception cref="LocalSystemException">A setting is missing.</exception>
    public string Resolve(string text, string file) => Placeholder().Replace(text, match =>
    {
        var name = match.Groups["name"].Value;
        return values.TryGetValue(name, out var value)
            ? value
            : throw new LocalSystemException($"{file} names the setting {name}, which is not set. Add {name} to the function app's settings.");
    });

    /// <summary>Whether a connection is set: by its name, or by names that start with it and two underscores (an identity).</summary>
    public bool HasConnection(string name) =>
        values.Keys.Any(key => key == name || key.StartsWith(name + "__", StringComparison.Ordinal));

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
