using System.CommandLine;
using System.CommandLine.Completions;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>The options that select dead letters.</summary>
internal sealed class FilterOptions(bool withIds, bool withReplayed)
{
    private readonly Argument<string[]> _ids = new("id")
    {
        Description = "The dead letters' ids. Without any: all that match the options.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<DateTimeOffset?> _since = Time("--since", "Dead-lettered at this time or later");
    private readonly Option<DateTimeOffset?> _until = Time("--until", "Dead-lettered before this time");
    private readonly Option<string?> _cause = new("--cause") { Description = "With this cause code.", HelpName = "code", CompletionSources = { Codes } };
    private readonly Option<string?> _service = new("--service") { Description = "With spans of this service.", HelpName = "name" };
    private readonly Option<bool> _replayed = new("--replayed") { Description = "Only what was replayed." };
    private readonly Option<bool> _notReplayed = new("--not-replayed") { Description = "Only what was not replayed." };

    private static IEnumerable<CompletionItem> Codes(CompletionContext context) => CauseCatalog.Groups.SelectMany(group => group.Causes).Select(cause => new CompletionItem(cause.Code));

    public void AddTo(Command command)
    {
        if (withIds)
            command.Arguments.Add(_ids);
        foreach (var option in (ReadOnlySpan<Option>)[_since, _until, _cause, _service])
            command.Options.Add(option);
        if (!withReplayed)
            return;

        command.Options.Add(_replayed);
        command.Options.Add(_notReplayed);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_replayed) is not null && result.GetResult(_notReplayed) is not null)
                result.AddError("Give either --replayed or --not-replayed.");
        });
    }

    public LetterFilter Read(ParseResult arguments) => new()
    {
        Ids = withIds ? arguments.GetValue(_ids) ?? [] : [],
        Since = arguments.GetValue(_since),
        Until = arguments.GetValue(_until),
        Cause = arguments.GetValue(_cause),
        Service = arguments.GetValue(_service),
        IsReplayed = !withReplayed ? null : arguments.GetValue(_replayed) ? true : arguments.GetValue(_notReplayed) ? false : null,
    };

    public static Option<TimeSpan> Span(string name, string description, TimeSpan byDefault) => new(name)
    {
        Description = description,
        HelpName = "span",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            if (!LetterFilter.TryParseDuration(result.Tokens[0].Value, out var span))
                result.AddError($"{name} takes a duration such as 90s, 30m, 2h or 7d.");
            return span;
        },
    };

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = $"{description}: {LetterFilter.TimeForms}.",
        HelpName = "time",
        CustomParser = result =>
        {
            if (!LetterFilter.TryParseTime(result.Tokens[0].Value, TimeProvider.System.GetUtcNow(), out var time))
                result.AddError($"{name} takes {LetterFilter.TimeForms}.");
            return time;
        },
    };
}
