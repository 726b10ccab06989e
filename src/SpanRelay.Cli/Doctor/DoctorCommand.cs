using System.CommandLine;
using SpanRelay.Cli.DeadLetters;
using SpanRelay.Deploy;
using SpanRelay.Local;
using Spectre.Console;

namespace SpanRelay.Cli.Doctor;

/// <summary><c>spanrelay doctor</c>: says in a minute whether spans would arrive, and if not, why.</summary>
internal static class DoctorCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var app = new AppOptions("Check the app");
        var output = new Option<string>("--output") { Description = "What to print: text or json.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var canary = new Option<bool>("--canary")
        {
            Description = "Also send one harmless span through the whole system, wait for it, and say where it is. A platform token with storage:spans:read in SPANRELAY_QUERY_TOKEN lets doctor look in Dynatrace.",
        };
        var deadline = Options.Number("--deadline", "How many seconds to wait for the canary; 10 to 3600. Default: 120.", 120, 10, 3_600);
        var command = new Command(
            "doctor",
            "Check everything that a span needs on its way: settings, address, token, clock, Event Hub, storage. Sends no span without --canary. "
            + "Exit code 0: all is well; 1: warnings; 2: failures, which a dead letter would name by the same code (docs/doctor.md).")
        {
            output, canary, deadline,
        };
        app.AddTo(command);
        command.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                var values = app.Read(arguments);
                var wait = arguments.GetValue(canary) ? TimeSpan.FromSeconds(arguments.GetValue(deadline)) : (TimeSpan?)null;
                return await new DoctorSession(console, asJson: arguments.GetValue(output) == "json", wait).RunAsync(values, cancellationToken);
            }
            catch (Exception e) when (e is LocalSystemException or AzdException or IOException or UnauthorizedAccessException)
            {
                ArchiveAccess.Refuse(console, [e.Message]);
                return 2;
            }
        });
        return command;
    }
}
