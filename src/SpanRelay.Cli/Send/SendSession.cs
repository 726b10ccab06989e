using Azure.Identity;
using SpanRelay.Cli.DeadLetters;
using Spectre.Console;

namespace SpanRelay.Cli.Send;

/// <summary>Sends events through a door, with a bounded number on the way, and counts what became of them.</summary>
/// <param name="parallel">How many are on the way at most.</param>
internal sealed class SendSession(IAnsiConsole console, IDoor door, int parallel)
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly SendTotals _totals = new(TimeProvider.System);

    /// <param name="events">Read as they are sent.</param>
    /// <param name="progress">How much of the whole is done, from 0 to 1.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IAsyncEnumerable<OutgoingEvent> events, Func<SendTotals, double> progress, CancellationToken cancellationToken)
    {
        var isWhole = false;
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await ShowAsync(SendAllAsync(events, stop.Token), progress, stop);
            isWhole = true;
        }
        catch (AuthenticationFailedException e)
        {
            ArchiveAccess.Refuse(console, [$"You are not logged in to Azure. Run \"azd auth login\" or \"az login\", or set {Sas.SasCommand.KeyVariable}. ({OneLine.From(e.Message, 300)})"]);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            console.WriteLine("Interrupted.");
        }

        foreach (var line in _totals.Lines())
            console.WriteLine(line);
        return isWhole && _totals.AllTaken ? 0 : 1;
    }

    private Task SendAllAsync(IAsyncEnumerable<OutgoingEvent> events, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        events,
        new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
        async (each, cancelled) =>
        {
            var refusal = each.Problem is { } problem ? new Refusal("not sent", problem) : await door.SendAsync(each.Body, cancelled);
            if (refusal is null)
                _totals.AddTaken(each);
            else if (_totals.AddRefused(each, refusal.Status) || each.Name is not null)
                console.WriteLine(OneLine.From($"{each.Name ?? "An event"}: {refusal.Status}{(refusal.Detail is null ? "" : $", {refusal.Detail}")}", 1_000), new Style(Color.Red));
        });

    private async Task ShowAsync(Task sending, Func<SendTotals, double> progress, CancellationTokenSource stop)
    {
        try
        {
            await (console.Profile.Out.IsTerminal ? ShowBarAsync(sending, progress) : ShowLinesAsync(sending));
        }
        finally
        {
            await stop.CancelAsync();
        }

        await sending;
    }

    private Task ShowBarAsync(Task sending, Func<SendTotals, double> progress) => console.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .AutoClear(true)
        .StartAsync(async context =>
        {
            var bar = context.AddTask("sending", maxValue: 1);
            for (; !sending.IsCompleted; await Task.WhenAny(sending, Task.Delay(BarInterval, _time)))
                bar.Value = progress(_totals);
        });

    private async Task ShowLinesAsync(Task sending)
    {
        while (await Task.WhenAny(sending, Task.Delay(LineInterval, _time)) != sending)
            console.WriteLine(_totals.Lines()[0]);
    }
}
