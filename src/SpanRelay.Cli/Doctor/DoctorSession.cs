using SpanRelay.Doctor;
using Spectre.Console;

namespace SpanRelay.Cli.Doctor;

/// <summary>Runs the checks and prints a line for each, with what to do below it.</summary>
/// <param name="canary">How long to wait for a canary; null for none.</param>
internal sealed class DoctorSession(IAnsiConsole console, bool asJson, TimeSpan? canary)
{
    private const int NameWidth = 21;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyCollection<KeyValuePair<string, string?>> values, CancellationToken cancellationToken)
    {
        var report = await Progress.ShowAsync("Checking", CheckAsync(values, cancellationToken));
        if (asJson)
            await console.Profile.Out.Writer.WriteLineAsync(report.ToJson()); // Bypasses the console, which would wrap lines.
        else
            Write(report);
        return report.ExitCode;
    }

    private async Task<DoctorReport> CheckAsync(IReadOnlyCollection<KeyValuePair<string, string?>> values, CancellationToken cancellationToken)
    {
        var report = await new DoctorRun(values, TimeProvider.System).RunAsync(cancellationToken);
        return canary is { } deadline ? await new CanaryRun(values, TimeProvider.System) { Deadline = deadline }.RunAsync(report, cancellationToken) : report;
    }

    private void Write(DoctorReport report)
    {
        foreach (var check in report.Checks)
        {
            var code = check.Code is null ? "" : $" [{check.Code}]";
            console.WriteLine($"{Sign(check.Mark)} {check.Check.PadRight(NameWidth)} {check.Found}{code}", StyleOf(check.Mark));
            if (check.NextStep is { } next)
                console.WriteLine($"  {"",NameWidth} → {next}");
        }

        console.WriteLine();
        console.WriteLine(Summary(report), StyleOf(report.Status));
    }

    private static string Summary(DoctorReport report) => report.Status switch
    {
        CheckMark.Failure => $"{Count(report, CheckMark.Failure)} failures, {Count(report, CheckMark.Warning)} warnings. docs/troubleshooting.md explains the codes.",
        CheckMark.Warning => $"{Count(report, CheckMark.Warning)} warnings. docs/troubleshooting.md explains the codes.",
        _ => "All is well.",
    };

    private static int Count(DoctorReport report, CheckMark mark) => report.Checks.Count(check => check.Mark == mark);

    private static char Sign(CheckMark mark) => mark switch
    {
        CheckMark.Ok => '✓',
        CheckMark.Warning => '!',
        CheckMark.Failure => '✗',
        _ => '–',
    };

    private static Style StyleOf(CheckMark mark) => mark switch
    {
        CheckMark.Ok => new Style(Color.Green),
        CheckMark.Warning => new Style(Color.Yellow),
        CheckMark.Failure => new Style(Color.Red),
        _ => new Style(Color.Grey),
    };
}
