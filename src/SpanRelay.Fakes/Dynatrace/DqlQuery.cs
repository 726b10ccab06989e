using System.Globalization;
using System.Text.RegularExpressions;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>
/// A query in DQL, as far as spanrelay asks: <c>fetch spans</c> with a time frame, then <c>filter</c>, <c>sort end_time desc</c>,
/// <c>limit</c> and <c>fields</c>. Anything else is no query.
/// </summary>
internal sealed partial class DqlQuery
{
    private const int MostTokens = 1_000;
    private const int MostRecords = 1_000;

    private static readonly TimeSpan TimeFrame = TimeSpan.FromHours(2);

    private readonly List<Func<IEnumerable<Dictionary<string, object?>>, IEnumerable<Dictionary<string, object?>>>> _commands = [];
    private readonly List<string> _tokens;
    private int _next;

    private DqlQuery(List<string> tokens) => _tokens = tokens;

    /// <summary>How far it looks back.</summary>
    public TimeSpan From { get; private set; } = TimeFrame;

    /// <summary>Each condition: a field, what a text of it is compared with, and whether that is its start.</summary>
    public List<(string Field, string Value, bool IsStart)> Conditions { get; } = [];

    /// <returns>Null for what is no query.</returns>
    public static DqlQuery? Parse(string text)
    {
        var tokens = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            if (Token().Match(text, at) is not { Success: true, Length: > 0 } match || tokens.Count == MostTokens)
                return null;
            at += match.Length;
            if (match.Value.Trim() is { Length: > 0 } token)
                tokens.Add(token);
        }

        var query = new DqlQuery(tokens);
        return query.ReadAll() ? query : null;
    }

    /// <param name="spans">All that there are.</param>
    public IReadOnlyList<Dictionary<string, object?>> Run(IEnumerable<ReceivedSpan> spans, DateTimeOffset now)
    {
        var sinceEpoch = now - DateTimeOffset.UnixEpoch;
        var from = sinceEpoch > From ? (ulong)(sinceEpoch - From).Ticks * 100 : 0;
        var records = spans.Where(span => span.Span.EndTimeUnixNano >= from).Select(GrailRecord.From);
        foreach (var command in _commands)
            records = command(records);
        return [.. records.Take(MostRecords)];
    }

    private bool ReadAll()
    {
        if (!Take("fetch", "spans") || (Take(",") && !ReadFrom()))
            return false;
        while (Take("|"))
        {
            if (!ReadCommand())
                return false;
        }

        return _next == _tokens.Count;
    }

    private bool ReadFrom()
    {
        if (!Take("from", ":", "now", "(", ")", "-") || Take() is not { } text || !Duration().IsMatch(text) || !double.TryParse(text[..^1], CultureInfo.InvariantCulture, out var number))
            return false;
        From = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number),
        };
        return true;
    }

    private bool ReadCommand() => Take() switch
    {
        "filter" => ReadCondition(),
        "sort" => Take("end_time", "desc") && Add(records => records.OrderByDescending(record => (string?)record.GetValueOrDefault("end_time"), StringComparer.Ordinal)),
        "limit" => int.TryParse(Take(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && Add(records => records.Take(limit)),
        "fields" => ReadFields(),
        _ => false,
    };

    private bool ReadFields()
    {
        var fields = new List<string?>();
        do
            fields.Add(TakeName());
        while (Take(","));
        return !fields.Contains(null) && Add(records => records.Select(record => fields.ToDictionary(field => field!, field => record.GetValueOrDefault(field!))));
    }

    private bool ReadCondition()
    {
        if (Take("trace.id", "==", "toUid", "("))
            return TakeText() is { } id && Take(")") && Add("trace.id", id, isStart: false);
        if (Take("toString", "("))
            return TakeName() is { } field && Take(")", "==") && TakeText() is { } value && Add(field, value, isStart: false);
        return Take("startsWith", "(", "toString", "(") && TakeName() is { } name && Take(")", ",") && TakeText() is { } start && Take(")") && Add(name, start, isStart: true);
    }

    private bool Add(string field, string value, bool isStart)
    {
        Conditions.Add((field, value, isStart));
        return Add(records => records.Where(record => GrailRecord.ToText(record.GetValueOrDefault(field)) is { } text
            && (isStart ? text.StartsWith(value, StringComparison.Ordinal) : text == value)));
    }

    private bool Add(Func<IEnumerable<Dictionary<string, object?>>, IEnumerable<Dictionary<string, object?>>> command)
    {
        _commands.Add(command);
        return true;
    }

    private string? Take() => _next < _tokens.Count ? _tokens[_next++] : null;

    /// <returns>Whether these are next; if not, nothing is taken.</returns>
    private bool Take(params ReadOnlySpan<string> tokens)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            if (_next + i >= _tokens.Count || _tokens[_next + i] != tokens[i])
                return false;
        }

        _next += tokens.Length;
        return true;
    }

    private string? TakeName() => Take() is not { } token ? null : token[0] == '`' ? token[1..^1] : Name().IsMatch(token) ? token : null;

    private string? TakeText() => Take() is ['"', .. var text, '"'] ? Escape().Replace(text, "$1") : null;

    /// <summary>White space, a string, a quoted name, a name or number, or a sign.</summary>
    [GeneratedRegex("""\G(?:\s+|"(?:[^"\\\r\n]|\\["\\])*"|`[^`\r\n]+`|[A-Za-z_][A-Za-z0-9_.]*|[0-9]+[smhd]?|==|[|,():-])""", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[0-9]{1,6}[smhd]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    [GeneratedRegex("""\\(["\\])""", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
