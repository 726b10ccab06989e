using System.Collections;
using System.Globalization;

namespace SpanRelay.Settings;

/// <summary>
/// Reads settings by their user-visible names and collects every problem instead of stopping at the first. Problems name the
/// setting and the values it takes; they never include the value, which may be a secret in the wrong place.
/// </summary>
public sealed class SettingsReader
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];

    public SettingsReader(IEnumerable<KeyValuePair<string, string?>> values)
    {
        foreach (var (name, value) in values)
        {
            if (!string.IsNullOrWhiteSpace(value))
                _values[name.Replace(":", "__", StringComparison.Ordinal)] = value.Trim();
        }
    }

    public static SettingsReader FromEnvironment() => new(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value)));

    /// <summary>One sentence each, starting with the setting's name.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Problems that do not prevent the start but should be fixed; one sentence each, starting with the setting's name.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Every name that was asked for.</summary>
    internal IReadOnlySet<string> Names => _known;

    /// <summary>The setting's value without surrounding white space; null where it is absent or blank.</summary>
    public string? Text(string name)
    {
        _known.Add(name);
        return _values.GetValueOrDefault(name);
    }

    public bool Flag(string name, bool byDefault)
    {
        var text = Text(name);
        if (text is null)
            return byDefault;
        if (bool.TryParse(text, out var flag))
            return flag;

        Report(name, $"takes true or false (default: {(byDefault ? "true" : "false")}).");
        return byDefault;
    }

    public int Number(string name, int byDefault, int min, int max)
    {
        var text = Text(name);
        if (text is null)
            return byDefault;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;

        Report(name, string.Create(CultureInfo.InvariantCulture, $"takes a whole number from {min} to {max} (default: {byDefault})."));
        return byDefault;
    }

    /// <summary>A duration as hh:mm:ss. A bare number is rejected: .NET reads it as days, and people mean minutes.</summary>
    public TimeSpan Duration(string name, TimeSpan byDefault, TimeSpan min, TimeSpan max)
    {
        var text = Text(name);
        if (text is null)
            return byDefault;
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) && duration >= min && duration <= max)
            return duration;

        Report(name, string.Create(CultureInfo.InvariantCulture, $"takes a time as hh:mm:ss, from {min:c} to {max:c} (default: {byDefault:c})."));
        return byDefault;
    }

    public void Warn(string name, string warning) => _warnings.Add($"{name} {warning}");

    public void Report(string name, string problem) => _problems.Add($"{name} {problem}");

    /// <summary>
    /// Reports every setting of these sections that was never read: otherwise a misspelt name would silently leave the
    /// default in force.
    /// </summary>
    public void ReportUnknown(params ReadOnlySpan<string> sections)
    {
        foreach (var section in sections)
        {
            foreach (var name in _values.Keys.Order(StringComparer.Ordinal))
            {
                if (name.StartsWith(section + "__", StringComparison.OrdinalIgnoreCase) && !_known.Contains(name))
                    Report(name, $"is unknown. {section} has: {string.Join(", ", KnownNames(section))}.");
            }
        }
    }

    private IEnumerable<string> KnownNames(string section) =>
        _known.Where(name => name.StartsWith(section + "__", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
}
