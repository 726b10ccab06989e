using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Replay;
using SpanRelay.Settings;
using SpanRelay.Tokens;
using Spectre.Console;

namespace SpanRelay.Cli.DeadLetters;

/// <summary>One replay: selects dead letters, shows progress and prints the result.</summary>
/// <param name="to">An OTLP receiver to use instead of Dynatrace; null for Dynatrace.</param>
internal sealed class ReplaySession(IAnsiConsole console, SettingsReader settings, string? to)
{
    private readonly TimeProvider _time = TimeProvider.System;

    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(ReplayRequest request, CancellationToken cancellationToken)
    {
        var storage = StorageOptions.Read(settings);
        var receiver = to is null ? null : OtlpReceiver.Read(to, "--to", settings);
        var options = to is null ? RelayOptions.Read(settings) : receiver is null ? null : RelayOptions.ReadFor(receiver, settings);
        if (settings.Problems.Count > 0 || options is null)
            return Task.FromResult(ArchiveAccess.Refuse(console, settings.Problems));

        return ArchiveAccess.TryAsync(console, async () =>
        {
            using var client = receiver is null ? new DynatraceClient(options.Dynatrace, Tokens(options.Dynatrace.Token), _time) : new DynatraceClient(receiver, _time);
            return await RunAsync(request, ArchiveAccess.Open(storage, settings), options, client, cancellationToken);
        });
    }

    private async Task<int> RunAsync(ReplayRequest request, DeadLetterArchive archive, RelayOptions options, DynatraceClient client, CancellationToken cancellationToken)
    {
        var selection = await Progress.ShowAsync("Selecting", request.SelectAsync(archive, cancellationToken));
        Show(selection);
        if (selection.Letters.Count == 0)
            return selection.UnknownIds.Count == 0 ? 0 : 1;

        console.WriteLine($"Sending {Count(selection.Letters.Count)} dead letters to {options.Dynatrace.Endpoint}");
        var watch = Stopwatch.StartNew();
        var problems = new ReplayProblems();
        var replay = new DeadLetterReplay(archive, options, client, _time);
        var report = new ReplayReport(selection.Letters.Count);
        try
        {
            await new ReplayProgress(console, _time).ShowAsync(selection.Letters.Count, onProgress => replay.ReplayAsync(
                selection.Letters,
                stopAt: null,
                (result, soFar) =>
                {
                    report = soFar;
                    problems.Note(result);
                    onProgress(soFar);
                },
                cancellationToken));
        }
        finally
        {
            problems.Show(console);
            Show(report, watch.Elapsed);
        }

        return report.IsComplete && selection.UnknownIds.Count == 0 ? 0 : 1;
    }

    private TokenSource Tokens(TokenOptions options)
    {
        var vault = options.Secret is null ? null : TokenVault.Open(options.Secret, AzureLogin.Create(settings), options);
        return new TokenSource(vault, options, _time, NullLogger<TokenSource>.Instance);
    }

    private void Show(ReplaySelection selection)
    {
        ArchiveAccess.Warn(console, selection.Skipped);
        foreach (var id in selection.UnknownIds)
            console.WriteLine($"Unknown dead letter: {OneLine.Quoted(id, 100)}.", new Style(Color.Red));
        if (selection.AlreadyReplayed > 0)
            console.WriteLine($"{Count(selection.AlreadyReplayed)} were already replayed and are skipped; --again includes them.");
        if (selection.OnlyByName > 0)
            console.WriteLine($"{Count(selection.OnlyByName)} were accepted in part or cannot be read; they are sent only when given by id or --cause.");
        if (selection.Letters.Count == 0)
            console.WriteLine("Nothing to replay.");
    }

    private void Show(ReplayReport report, TimeSpan took)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns(new TableColumn("dead letters"), new TableColumn("").RightAligned());
        foreach (var (name, count) in Counts(report))
        {
            if (count > 0)
                table.AddRow(new Text(name), new Text(Count(count)));
        }

        console.Write(table);
        var done = report.Letters - report.Left;
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{done:N0} of {report.Letters:N0} dead letters in {took.TotalSeconds:N1} s: {done / took.TotalSeconds:N0} letters/s, {report.SpansDelivered:N0} spans delivered, {report.SpansDelivered / took.TotalSeconds:N0} spans/s."));
        if (report.StoppedBy is { } held)
            console.WriteLine($"Stopped, because nothing can be delivered at the moment: {held.StatusText}. {OneLine.From(held.Message, 2_000)} Fix the cause and run the command again.", new Style(Color.Red));
        if (report[ReplayOutcome.Expired] > 0)
            console.WriteLine("Dynatrace drops spans that ended over 60 minutes ago. Use --to to send them to another receiver, or export to write them to files.", new Style(Color.Yellow));
    }

    private static IEnumerable<(string Name, int Count)> Counts(ReplayReport report) =>
    [
        ("replayed", report[ReplayOutcome.Replayed]),
        ("replayed in part", report[ReplayOutcome.ReplayedInPart]),
        ("rejected again", report[ReplayOutcome.Refused]),
        ("too old for Dynatrace, not sent", report[ReplayOutcome.Expired]),
        ("deleted or replayed meanwhile", report[ReplayOutcome.Gone]),
        ("not attempted", report.Left),
    ];

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
