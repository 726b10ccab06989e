using System.Globalization;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using SpanRelay.Cli.AiCheck;
using SpanRelay.Cli.Page;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Host;
using SpanRelay.Local.Storage;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Redaction.Detectors.Scanning;
using SpanRelay.Tokens;
using Spectre.Console;

namespace SpanRelay.Cli.Run;

/// <summary>One run of the whole system: starts it, sends the sample, prints the verdict and stays up until it is stopped.</summary>
internal sealed class RunSession(IAnsiConsole console, RunOptions options)
{
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly RunCounts _counts = new();
    private readonly RunLog _log = new(console, TimeProvider.System);
    private volatile bool _isUp;
    private volatile bool _sampleIsOver;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (FindProblem() is { } problem)
        {
            console.WriteLine(problem, new Style(Color.Red));
            return 1;
        }

        try
        {
            await using var system = await StartAsync(cancellationToken);
            await using var page = options.Once ? null : await StartPageAsync(system, cancellationToken);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var keys = RotatesByKey(system) ? Keyboard.ListenAsync(key => OnKey(system, key), _time, ending.Token) : Task.CompletedTask;
            var isGood = await RunSampleAsync(system, cancellationToken);
            if (!options.Once)
                await StayUpAsync(system, cancellationToken);
            await ending.CancelAsync();
            await keys;
            return isGood || !options.Once ? 0 : 1;
        }
        catch (Exception e) when (e is LocalSystemException or IOException)
        {
            console.WriteLine(e.Message, new Style(Color.Red));
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return options.Once ? 1 : 0;
        }
        finally
        {
            console.WriteLine("Everything has been stopped.");
        }
    }

    private string? FindProblem()
    {
        if (options.DynatraceEnvironment is null)
            return null;
        if (!DynatraceEndpoint.TryParse(options.DynatraceEnvironment, out _, out var problem))
            return $"--dynatrace {problem}";
        if (string.IsNullOrWhiteSpace(options.DynatraceToken))
            return $"--dynatrace needs a token with the scope openTelemetryTrace.ingest: set the environment variable {RunCommand.TokenVariable}.";
        return ApiToken.TryParse(options.DynatraceToken, out _, out problem) ? null : $"{RunCommand.TokenVariable} {problem}";
    }

    private async Task<LocalSystem> StartAsync(CancellationToken cancellationToken)
    {
        var system = await LocalSystem.StartAsync(
            new LocalSystemOptions
            {
                FunctionAppFolder = options.FunctionAppFolder,
                EventHubPort = options.EventHubPort,
                DynatraceEnvironment = options.DynatraceEnvironment,
                DynatraceApiToken = options.DynatraceEnvironment is null ? null : options.DynatraceToken,
                Settings = Settings(),
                StorageFolder = options.StorageFolder,
                OnNotice = console.WriteLine,
                InvocationCompleted = NoteInvocation,
                OnOutput = ShowTrouble,
                OnDynatraceRequest = NoteRequest,
            },
            cancellationToken);
        _isUp = true;
        console.WriteLine($"Event Hub     {system.Door.SendAddress} ({system.Hub.PartitionCount} partitions)");
        console.WriteLine($"Ingest        {system.IngestAddress}");
        console.WriteLine($"Function app  process {system.Host.ProcessId}");
        console.WriteLine($"Dynatrace     {system.Dynatrace?.TracesAddress.AbsoluteUri ?? options.DynatraceEnvironment} {(system.Dynatrace is null ? "" : "(stand-in)")}");
        if (system.Vault is { } vault)
            console.WriteLine($"Key Vault     {vault.SecretUri(LocalSystem.TokenSecret)} (stand-in{(RotatesByKey(system) ? "; press t to rotate the token" : "")})");
        console.WriteLine($"Storage       {StorageOf(system)}");
        if (options.Once)
            console.WriteLine();
        return system;
    }

    /// <summary>Its address is printed as it stands, without line breaks of the terminal: it is meant to be opened.</summary>
    private async Task<RunPage> StartPageAsync(LocalSystem system, CancellationToken cancellationToken)
    {
        var page = await RunPage.StartAsync(new PageSource(system, _counts, _time), options.PagePort, _time, cancellationToken);
        console.Profile.Out.Writer.WriteLine($"Page          {page.Address}");
        console.WriteLine();
        return page;
    }

    private static string StorageOf(LocalSystem system)
    {
        if (system.Storage is { } azurite)
            return $"{azurite.BlobService} (Azurite, data in {azurite.Folder})";

        // With a shared access signature in the connection string, the address contains it too.
        var account = new BlobServiceClient(system.StorageConnectionString).Uri.GetLeftPart(UriPartial.Path);
        return $"{account} (from AzureWebJobsStorage)";
    }

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>(options.Settings);
        if (options.StorageConnectionString is { Length: > 0 } storage)
            settings.TryAdd("AzureWebJobsStorage", storage);
        return settings;
    }

    private bool RotatesByKey(LocalSystem system) => system.Vault is not null && Keyboard.IsAvailable(console);

    private void OnKey(LocalSystem system, char key)
    {
        if (key != 't')
            return;
        console.WriteLine("Rotating the token now rather than at its time of day.");
        system.RotateToken();
    }

    private async Task<bool> RunSampleAsync(LocalSystem system, CancellationToken cancellationToken)
    {
        var traffic = new SampleTraffic(system.Door, _time);
        console.WriteLine($"Sending {options.SampleDuration.TotalSeconds:N0} seconds of sample gateway traffic that contains prompts and credentials.");
        var sending = SendAndSettleAsync(system, traffic, cancellationToken);
        if (system.Dynatrace is not null)
            await ShowExampleAsync(traffic, system.Dynatrace, sending, cancellationToken);
        await ShowCountsAsync(system, sending, cancellationToken);
        var isSettled = await sending;
        _sampleIsOver = true;

        if (!isSettled)
            console.MarkupLine($"[red]Some events were not delivered within {SettlingTime.TotalSeconds:N0} seconds after the sample; they are still in the Event Hub.[/]");
        return system.Dynatrace is { } dynatrace
            ? isSettled & Judge(traffic, dynatrace)
            : isSettled & JudgeByCounts(traffic);
    }

    private async Task<bool> SendAndSettleAsync(LocalSystem system, SampleTraffic traffic, CancellationToken cancellationToken)
    {
        await traffic.SendAsync(options.SampleDuration, options.SampleInterval, cancellationToken);
        using var timer = new CancellationTokenSource(SettlingTime, _time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await system.WhenIdleAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Shows one trace of the first batch as soon as it has been delivered.</summary>
    private async Task ShowExampleAsync(SampleTraffic traffic, DynatraceServer dynatrace, Task until, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isLastLook = until.IsCompleted;
            if (DeliveredExample(traffic, dynatrace) is { } spans)
            {
                console.Write(TraceTree.Create(spans));
                console.WriteLine();
                return;
            }

            if (isLastLook)
                return;
            await Task.WhenAny(until, Task.Delay(RefreshInterval, _time, cancellationToken));
        }
    }

    private static List<Span>? DeliveredExample(SampleTraffic traffic, DynatraceServer dynatrace)
    {
        if (traffic.Example is not { } trace)
            return null;
        var delivered = dynatrace.Spans.Select(each => each.Span).Where(span => span.TraceId == trace.Spans[0].TraceId).DistinctBy(span => span.SpanId).ToList();
        return delivered.Count == trace.Spans.Count ? delivered : null;
    }

    private async Task ShowCountsAsync(LocalSystem system, Task until, CancellationToken cancellationToken)
    {
        if (console.Profile.Out.IsTerminal)
        {
            await console.Live(Counts(system)).AutoClear(true).StartAsync(async live =>
            {
                while (!until.IsCompleted)
                {
                    live.UpdateTarget(Counts(system));
                    await Task.WhenAny(until, Task.Delay(RefreshInterval, _time, cancellationToken));
                }
            });
        }

        await until.ContinueWith(_ => { }, TaskScheduler.Default);
        console.Write(Counts(system));
    }

    private Spectre.Console.Rendering.IRenderable Counts(LocalSystem system)
    {
        var received = Enumerable.Range(0, system.Hub.PartitionCount).Sum(system.Hub.CountOf);
        var (total, failed) = _counts.Read();
        return CountsTable.Create(received, total, failed);
    }

    private bool Judge(SampleTraffic traffic, DynatraceServer dynatrace)
    {
        var arrived = dynatrace.Spans.GroupBy(each => each.Span.SpanId).ToDictionary(group => group.Key, group => group.Count());
        var lost = traffic.Sent.SelectMany(trace => trace.Spans).Count(span => !arrived.ContainsKey(span.SpanId));
        var captured = dynatrace.Requests.Select(request => request.Body).ToList();
        var secrets = traffic.Sent.SelectMany(trace => trace.Secrets).ToList();
        var leaked = LeakCheck.CountLeaked(secrets, captured);
        Say(lost == 0, $"{Count(traffic.SpansSent - lost)} of {Count(traffic.SpansSent)} spans arrived, {Count(arrived.Values.Sum(count => count - 1))} duplicates.");
        if (leaked == 0)
            Say(true, $"None of {Count(secrets.Count)} prompts, completions, e-mail addresses, card numbers and credentials was found in {Count(captured.Sum(bytes => (long)bytes.Length))} captured bytes (uncompressed).");
        else
            Say(false, $"{Count(leaked)} of {Count(secrets.Count)} prompts, completions, e-mail addresses, card numbers and credentials were found in the captured bytes.");
        var verdict = dynatrace.AiVerdict;
        console.WriteLine(AiTable.Summary(verdict), new Style(verdict.Passes ? Color.Green : Color.Red));
        return lost == 0 && leaked == 0;
    }

    private bool JudgeByCounts(SampleTraffic traffic)
    {
        var delivered = _counts.Read().Total.SpansDelivered;
        Say(delivered >= traffic.SpansSent, $"Dynatrace accepted {Count(delivered)} of {Count(traffic.SpansSent)} spans. Look for the service tfy-llm-gateway in Distributed Tracing.");
        return delivered >= traffic.SpansSent;
    }

    private void Say(bool isGood, string verdict) => console.WriteLine($"{(isGood ? "✓" : "✗")} {verdict}", new Style(isGood ? Color.Green : Color.Red));

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private async Task StayUpAsync(LocalSystem system, CancellationToken cancellationToken)
    {
        console.WriteLine();
        console.WriteLine("Point a gateway here (OTLP over HTTP, Proto or Json encoding):");
        console.WriteLine($"  endpoint       {system.Door.SendAddress}");
        console.Write("  Authorization  ");
        console.Profile.Out.Writer.WriteLine(system.Door.CreateSharedAccessSignature(TimeSpan.FromDays(1)));
        console.WriteLine("Or any OTLP exporter (redacted before it reaches the Event Hub):");
        console.WriteLine($"  endpoint         {system.IngestAddress}");
        console.Write("  x-functions-key  ");
        console.Profile.Out.Writer.WriteLine(system.Http.FunctionKey);
        console.WriteLine("Or an Event Hubs client (AMQP):");
        console.Write("  connection     ");
        console.Profile.Out.Writer.WriteLine($"{system.Door.ConnectionString};EntityPath={system.Hub.Name}");
        console.WriteLine("The header is valid for one day, the others as long as this run. Ctrl+C stops everything.");
        ShowCommands(system);
        await system.Host.Completion.WaitAsync(cancellationToken);
    }

    /// <summary>Printed as they stand, without line breaks of the terminal: they are meant to be pasted.</summary>
    private void ShowCommands(LocalSystem system)
    {
        if (system.Storage is not { } storage)
            return;

        var spanrelay = Invocation();
        var data = storage.Folder == Path.GetFullPath(SystemFile.DefaultDataFolder) ? "" : $" --data \"{storage.Folder}\"";
        console.WriteLine();
        console.WriteLine("Try next, in another terminal: send something that is no trace, list the dead letter it becomes, and show it.");
        foreach (var command in (ReadOnlySpan<string>)[$"echo hello | {spanrelay} send{data}", $"{spanrelay} dead-letters list{data}", $"{spanrelay} dead-letters show{data}"])
            console.Profile.Out.Writer.WriteLine($"  {command}");
        console.WriteLine();
    }

    /// <summary>How this process was started: as a tool, or as an assembly that dotnet runs.</summary>
    private static string Invocation()
    {
        var program = Environment.ProcessPath ?? "spanrelay";
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? $"dotnet \"{Environment.GetCommandLineArgs()[0]}\"" : $"\"{program}\"";
    }

    private void NoteInvocation(InvocationOutcome outcome)
    {
        _counts.Note(outcome);
        if (!_sampleIsOver)
            return;
        foreach (var line in outcome.Logs)
        {
            if (RelayReport.TryParse(line, out var report))
                _log.Show(report);
        }
    }

    private ValueTask NoteRequest(CapturedRequest request, CancellationToken cancellationToken)
    {
        _counts.Note(request);
        return ValueTask.CompletedTask;
    }

    private void ShowTrouble(WorkerOutput output)
    {
        if (_isUp)
            _log.Show(output);
    }
}
