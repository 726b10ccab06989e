using System.CommandLine;
using SpanRelay.Cli.DeadLetters;
using SpanRelay.Cli.Doctor;
using SpanRelay.Watch;
using Spectre.Console;

namespace SpanRelay.Cli.Tap;

/// <summary><c>spanrelay tap</c>: the spans as they left, live.</summary>
internal static class TapCommand
{
    private static readonly TimeSpan LongestSince = TimeSpan.FromDays(7);

    public static Command Create(IAnsiConsole console)
    {
        var app = new AppOptions("Show the spans of the app");
        var service = new Option<string?>("--service") { Description = "Only spans of this service (service.name). A * at the end stands for any rest.", HelpName = "name" };
        var name = new Option<string?>("--name") { Description = "Only spans with this name; * as above.", HelpName = "name" };
        var attribute = new Option<string[]>("--attribute") { Description = "Only spans with this attribute; * as above. Repeatable: all must match.", HelpName = "key=value" };
        var trace = new Option<string?>("--trace") { Description = "Only the spans of this trace.", HelpName = "id" };
        var attributes = new Option<bool>("--attributes") { Description = "Print all attributes of each span below it." };
        var since = FilterOptions.Span("--since", "Start with spans that ended this long ago; up to 7d. Default: 5m.", SpanFeed.Overlap);
        since.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<TimeSpan>() is var span && (span < TimeSpan.FromSeconds(1) || span > LongestSince))
                result.AddError("--since takes a duration from 1s to 7d.");
        });
        var interval = Options.Number("--interval", "Seconds between two queries; 1 to 3600. Dynatrace bills queries by what they read. Default: 5.", 5, 1, 3_600);
        var limit = Options.Number("--limit", "End after this many spans, 1000000 at most; 0 for never. Default: 0.", 0, 0, 1_000_000);
        var once = new Option<bool>("--once") { Description = "Ask once, and end." };
        var output = new Option<string>("--output") { Description = "What to print: text, or json with a line for each span.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command(
            "tap",
            "Show delivered spans as they arrive in Dynatrace, a line each: what left after redaction, and nothing else. Asks Dynatrace (or the local stand-in) with the platform token in "
            + "SPANRELAY_QUERY_TOKEN, which needs storage:spans:read and storage:buckets:read. Ctrl+C ends it. Exit code 0: you ended it, or --limit or --once did; 1: it cannot ask, or was refused.")
        {
            service, name, attribute, trace, attributes, since, interval, limit, once, output,
        };
        app.AddTo(command);
        command.SetAction((arguments, cancellationToken) => new TapSession(console, new TapOptions
        {
            Filter = new SpanFilter
            {
                Service = arguments.GetValue(service),
                Name = arguments.GetValue(name),
                TraceId = arguments.GetValue(trace),
                Attributes = [.. (arguments.GetValue(attribute) ?? []).Select(Pair)],
                WithAttributes = arguments.GetValue(attributes) || arguments.GetValue(output) == "json",
            },
            ShowsAttributes = arguments.GetValue(attributes),
            AsJson = arguments.GetValue(output) == "json",
            Since = arguments.GetValue(since),
            Interval = TimeSpan.FromSeconds(arguments.GetValue(interval)),
            Limit = arguments.GetValue(limit) is > 0 and var most ? most : int.MaxValue,
            Once = arguments.GetValue(once),
        }).RunAsync(() => app.Read(arguments), cancellationToken));
        return command;
    }

    /// <returns>Without =, a key that no span has: the filter refuses it.</returns>
    private static KeyValuePair<string, string> Pair(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? KeyValuePair.Create(text[..end], text[(end + 1)..]) : KeyValuePair.Create("", text);
}
