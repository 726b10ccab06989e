using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Host.Configuration;

/// <summary>host.json's <c>logging.logLevel</c>: the longest prefix of a category decides, else <c>default</c>, else Information.</summary>
internal sealed class LogLevels
{
    private const string Default = "default";

    private readonly (string Prefix, LogLevel Level)[] _levels;
    private readonly LogLevel _default = LogLevel.Information;

    private LogLevels(IReadOnlyDictionary<string, LogLevel> levels)
    {
        _levels = [.. levels.Where(each => each.Key != Default).OrderByDescending(each => each.Key.Length).Select(each => (each.Key, each.Value))];
        if (levels.TryGetValue(Default, out var byDefault)) _default = byDefault;
    }

    /// <exception cref="LocalSystemException">A level is unknown.</exception>
    public static LogLevels Read(HostConfiguration host)
    {
        var levels = new Dictionary<string, LogLevel>();
        foreach (var (category, text) in host.Texts("logging", "logLevel"))
        {
            levels[string.Equals(category, Default, StringComparison.OrdinalIgnoreCase) ? Default : category] = Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level)
                ? level
                : throw new LocalSystemException($"host.json: logging.logLevel.{category} is \"{text}\". Use {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        }

        return new LogLevels(levels);
    }

    public bool IsEnabled(string category, LogLevel level) => level != LogLevel.None && level >= LevelOf(category);

    private LogLevel LevelOf(string category)
    {
        foreach (var (prefix, level) in _levels)
        {
            if (category.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return level;
        }

        return _default;
    }
}
