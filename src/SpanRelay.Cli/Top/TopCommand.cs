using System.CommandLine;
using SpanRelay.Cli.Doctor;
using Spectre.Console;

namespace SpanRelay.Cli.Top;

/// <summary><c>spanrelay top</c>: how a relay is doing, live.</summary>
internal static class TopCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var app = new AppOptions("Watch the app");
        var interval = Options.Number("--interval", "Seconds between two readings; 1 to 3600. Default: 2.", 2, 1, 3_600);
        var count = Options.Number("--count", "End after this many readings, 1000000 at most; 0 for never. Default: 0.", 0, 0, 1_000_000);
        var once = new Option<bool>("--once") { Description = "Read once, and end." };
        var output = new Option<string>("--output") { Description = "What to print: text, or json with a line for each reading.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command(
            "top",
            "Show live how a local or deployed relay is doing: events received and settled per second, lag, readers, dead letters by cause, open incidents. "
            + "Reads the Event Hub, its checkpoints and the dead letters, which are the same for all instances of the app. q or Ctrl+C ends it. "
            + "Exit code 0: the last reading succeeded, or you ended it; 1: the last of --count readings failed.")
        {
            interval, count, once, output,
        };
        app.AddTo(command);
        command.SetAction((arguments, cancellationToken) =>
        {
            var options = new TopOptions
            {
                Settings = () => app.Read(arguments),
                Interval = TimeSpan.FromSeconds(arguments.GetValue(interval)),
                Count = arguments.GetValue(once) ? 1 : arguments.GetValue(count),
            };
            ITopView view = arguments.GetValue(output) == "json" ? new TopJson(console)
                : console.Profile.Out.IsTerminal && options.Count != 1 ? new TopTable(console, options.Interval)
                : new TopLines(console);
            return view.ShowAsync(() => new TopSession(console, options, view).RunAsync(cancellationToken));
        });
        return command;
    }
}
