using System.Text.RegularExpressions;

namespace SpanRelay.Local.Host.Configuration;

/// <summary>The function app's settings: environment variables of the worker, and values of <c>%SETTING%</c> in bindings.</summary>
/// <param name="values">By name, case-sensitive except on Windows.</param>
internal sealed partial class AppSettings(IReadOnlyDictionary<string, string> values)
{
    /// <summary>All of them, by name. Some are secrets.</summary>
    public IReadOnlyDictionary<string, string> Values => values;

    /// <summary>Replaces names between percent signs by the settings' values.</summary>
    /// <exception cref="LocalSystemException">A setting is missing.</exception>
    public string Resolve(string text, string function) => Placeholder().Replace(text, match =>
    {
        var name = match.Groups["name"].Value;
        return values.TryGetValue(name, out var value)
            ? value
            : throw new LocalSystemException($"{function} names the setting {name}, which is not set. Add {name} to the function app's settings.");
    });

    /// <summary>Whether a connection is set: by its name, or by names that start with it and two underscores (an identity).</summary>
    public bool HasConnection(string name) =>
        values.Keys.Any(key => key == name || key.StartsWith(name + "__", StringComparison.Ordinal));

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
