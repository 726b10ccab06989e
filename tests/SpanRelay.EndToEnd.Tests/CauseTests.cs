using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Local.Faults;
using SpanRelay.Local.Host;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>Every cause, provoked through the running system: the record has its code and its next step.</summary>
public sealed class CauseTests
{
    // Most of the time they wait: for spans to get too old, for messages to come again.
    private const int AtOnce = 5;

    private const int MostAttempts = 10;

    /// <summary>
    /// The last resort is for what is not known; no name server can be made silent from here; and how much memory and time an event
    /// takes depends on the machine (MemoryTests). What is too large for an event comes through ingest (IngestTests).
    /// </summary>
    private static readonly string[] NotProvoked = ["unknown", "dns-unavailable", "connect-timed-out", "too-large-for-memory", "too-slow", "span-too-large-for-event"];

    [Fact]
    public async Task EveryCauseLeavesARecordWithItsCodeAndItsNextStep()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(30));
        var found = new ConcurrentDictionary<string, string>();

        await Parallel.ForEachAsync(FaultScenarios.All, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = deadline.Token }, async (scenario, stop) =>
        {
            try
            {
                var diagnosis = await DiagnoseAsync(scenario, stop);
                found[scenario.Name] = Text(diagnosis.GetProperty("code").GetString()!, RemedyIn(diagnosis.GetProperty("nextStep").GetString()!, scenario.Cause));
            }
            catch (Exception e) when (e is not OperationCanceledException || !deadline.Token.IsCancellationRequested)
            {
                found[scenario.Name] = e.Message;
            }
        });

        Assert.Equal(
            FaultScenarios.All.OrderBy(scenario => scenario.Name, StringComparer.Ordinal).Select(scenario => $"{scenario.Name}: {Text(scenario.Cause, CauseCodes.Remedy(scenario.Cause))}"),
            found.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value}"));
        foreach (var (name, text) in found.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            TestContext.Current.TestOutputHelper!.WriteLine($"| {name} | {string.Join(" | ", text.Split(". ", 2))} |");
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Count} causes provoked, each with its code and next step."));
    }

    /// <summary>Here, or by a form of an event.</summary>
    [Fact]
    public void EveryCauseOfTheCatalogueIsProvoked()
    {
        var provoked = FaultScenarios.All.Select(scenario => scenario.Cause).Concat(EventForms.All.Select(form => form.Cause).OfType<string>()).Distinct().Order().ToList();

        Assert.Equal(CauseCodes.All.Except(NotProvoked).Order(), provoked);
        Assert.True(provoked.Count >= 60, $"{provoked.Count} causes");
    }

    /// <summary>What becomes of the spans after the remedy depends on whether they got too old meanwhile.</summary>
    private static string RemedyIn(string nextStep, string cause) =>
        nextStep.StartsWith(CauseCodes.Remedy(cause), StringComparison.Ordinal) ? CauseCodes.Remedy(cause) : nextStep;

    /// <summary>On a loaded machine, spans may get too old before the fault shows: then it is provoked again.</summary>
    private static async Task<JsonElement> DiagnoseAsync(FaultScenario scenario, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var diagnosis = (await ProvokeAsync(scenario, cancellationToken)).GetProperty("diagnosis");
            if (attempt == MostAttempts || diagnosis.GetProperty("code").GetString() is "spans-too-old" == (scenario.Cause == "spans-too-old"))
                return diagnosis;
        }
    }

    private static string Text(string code, string nextStep) => $"{code}. {nextStep}";

    private static async Task<JsonElement> ProvokeAsync(FaultScenario scenario, CancellationToken cancellationToken)
    {
        var server = scenario.Server is { } start ? await start(cancellationToken) : null;
        await using var standIn = server;
        var settings = new Dictionary<string, string>(scenario.Settings);
        if (server is not null)
            settings["Dynatrace__Environment"] = server.Environment.AbsoluteUri;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(5), TimeProvider.System);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        await using var system = await RunningSystem.StartAsync(deadline.Token, settings: settings);
        await scenario.BreakAsync(system.Local, deadline.Token);
        if (scenario.Event(TimeProvider.System.GetUtcNow()) is { } body)
            await system.SendAsync(body, deadline.Token);
        try
        {
            return await system.WhenRecordedAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("No record. " + string.Join(" | ", system.Output.Lines.TakeLast(4).Select(line => line.Line)));
        }
    }
}
