using System.Text.RegularExpressions;
using SpanRelay.Cli.DeadLetters;
using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Local;
using SpanRelay.Local.Faults;
using SpanRelay.Local.Host;
using SpanRelay.Settings;
using SpanRelay.Tokens;
using Spectre.Console;

namespace SpanRelay.Cli.Run;

/// <summary><c>spanrelay run --fault</c>: runs the whole system with one fault and shows the record of it.</summary>
internal sealed partial class FaultSession(IAnsiConsole console, RunOptions options)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly TaskCompletionSource<string> _recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns>The exit code: 0 when the record names the fault's cause.</returns>
    public async Task<int> RunAsync(string name, CancellationToken cancellationToken)
    {
        if (FaultScenarios.All.FirstOrDefault(each => each.Name == name) is not { } scenario)
            return ListAll(name);

        console.WriteLine($"{scenario.Description}. The record can take up to a minute.");
        console.WriteLine();
        using var timer = new CancellationTokenSource(Timeout, _time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await RunAsync(scenario, timeout.Token);
        }
        catch (LocalSystemException e)
        {
            return ArchiveAccess.Refuse(console, [e.Message]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ArchiveAccess.Refuse(console, [$"No record was written within {Timeout.TotalMinutes:N0} minutes. Look for errors with: spanrelay run"]);
        }
        catch (OperationCanceledException)
        {
            return 1;
        }
        finally
        {
            console.WriteLine("Everything has been stopped.");
        }
    }

    private int ListAll(string name)
    {
        console.WriteLine($"Unknown fault \"{name}\". Known faults:", new Style(Color.Red));
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("name").AddColumn("description");
        foreach (var scenario in FaultScenarios.All)
            table.AddRow(scenario.Name.EscapeMarkup(), scenario.Description.EscapeMarkup());
        console.Write(table);
        return 1;
    }

    private async Task<int> RunAsync(FaultScenario scenario, CancellationToken cancellationToken)
    {
        var server = scenario.Server is { } start ? await start(cancellationToken) : null;
        await using var faultyServer = server;
        await using var system = await LocalSystem.StartAsync(
            new LocalSystemOptions { FunctionAppFolder = options.FunctionAppFolder, PartitionCount = 1, Settings = Settings(scenario, server), OnNotice = console.WriteLine, OnOutput = Read },
            cancellationToken);
        await scenario.BreakAsync(system, cancellationToken);
        if (scenario.Event(_time.GetUtcNow()) is { } body)
            await system.SendAsync(body, cancellationToken);

        var id = await _recorded.Task.WaitAsync(cancellationToken);
        var archive = ArchiveOf(system);
        await new ShowSession(console, archive, showsRaw: false).RunAsync(id, cancellationToken);
        var letter = await archive.FindAsync(id, cancellationToken);
        if (letter is { IsIncident: true } && scenario.Resolve is { } resolve)
            await ResolveAsync(system, resolve, cancellationToken);
        return letter?.Summary?.Cause == scenario.Cause ? 0 : 1;
    }

    private async Task ResolveAsync(LocalSystem system, Action<LocalSystem> resolve, CancellationToken cancellationToken)
    {
        console.WriteLine();
        console.WriteLine("The cause is now resolved.");
        resolve(system);
        await _over.Task.WaitAsync(cancellationToken);
        await system.WhenIdleAsync(cancellationToken);
        console.WriteLine("✓ The incident is over, and the span that was held has been delivered.", new Style(Color.Green));
    }

    private Dictionary<string, string> Settings(FaultScenario scenario, FaultyServer? server)
    {
        var settings = new Dictionary<string, string>(scenario.Settings);
        foreach (var (name, value) in options.Settings)
            settings[name] = value;
        if (server is not null)
            settings["Dynatrace__Environment"] = server.Environment.AbsoluteUri;
        return settings;
    }

    private DeadLetterArchive ArchiveOf(LocalSystem system)
    {
        var settings = new SettingsReader(options.Settings.Append(new("AzureWebJobsStorage", system.StorageConnectionString))!);
        return ArchiveAccess.Open(StorageOptions.Read(settings), settings);
    }

    private void Read(WorkerOutput output)
    {
        if (output.EventName is LogEvents.IncidentOver)
            _over.TrySetResult();
        else if (output.EventName is LogEvents.DeadLetterRecorded or LogEvents.IncidentOpen or LogEvents.DeadLetterPoisoned or LogEvents.QueueMessageQuarantined && Id.Match(output.Line) is { Success: true } recorded)
            _recorded.TrySetResult(recorded.Groups["id"].Value);
    }

    [GeneratedRegex(" id=(?<id>[A-Za-z0-9-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Id { get; }
}
