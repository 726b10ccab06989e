using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;

namespace SpanRelay.EndToEnd.Tests;

public sealed class HoldingTests
{
    private const int SomeAttempts = 2;
    private const string Poison = "poison";

    [Fact]
    public async Task WhileDynatraceIsDownNothingIsSettledAndTheBatchIsRedeliveredUntilItSucceeds()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        // Longer than the relay's own retries go on: so it gives the batch back at once.
        system.Dynatrace.FailNext(int.MaxValue, new Fault { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "600" } });

        await AssertIsHeldAndRedeliveredAsync(system, "RetryLater, status 503", system.Dynatrace.ClearFaults, deadline.Token);
    }

    [Fact]
    public async Task WhileTheTokenIsRefusedNothingIsSettledAndTheBatchIsRedeliveredUntilItIsAccepted()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        system.Dynatrace.RevokeToken(system.Local.Token!);

        await AssertIsHeldAndRedeliveredAsync(
            system, "Blocked, status 401", () => system.Dynatrace.AddToken(system.Local.Token!), deadline.Token);
    }

    [Fact]
    public async Task OneEventThatDynatraceRejectsIsDeadLetteredAndTheOthersOfItsBatchArrive()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token);
        var good = Enumerable.Range(0, 6).Select(_ => Some.Event()).ToList();
        long poisonous;

        using (system.HoldNextAnswer())
        {
            await system.SendAsync(good[0].Body, deadline.Token);
            await system.Dynatrace.WhenAsync(() => system.Dynatrace.Requests.Count == 1, deadline.Token);
            foreach (var (body, _) in good[1..4])
                await system.SendAsync(body, deadline.Token);
            poisonous = await system.SendAsync(Some.Event(Some.Attribute("note", Poison)).Body, deadline.Token);
            foreach (var (body, _) in good[4..])
                await system.SendAsync(body, deadline.Token);
            RefuseWhatHoldsTheFourthOfSix(system.Dynatrace);
        }

        await system.Local.WhenIdleAsync(deadline.Token);
        await system.Output.WhenWrittenAsync(line => line.IsError && line.Line.Contains("Dead letter recorded: ", StringComparison.Ordinal), deadline.Token);

        Assert.Equal([1, 6], system.Outcomes.Select(outcome => outcome.EventCount)); // All after the first were one batch.
        Assert.All(system.Outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Reason));
        Assert.All(system.Dynatrace.Requests, request => Assert.Equal(HoldsPoison(request), request.Response.Status == 400));
        Assert.Equal(good.Select(it => it.SpanId).Order(), system.DeliveredIds.Order());
        Assert.Contains(
            $"Dead-lettered 1 spans that Dynatrace rejects: partition 0, sequence number {poisonous}, status 400.",
            Assert.Single(system.Output.Errors, line => line.Contains("Dead-lettered", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    /// <summary>By halves: all six, the first three, the fourth (one of the last three is it), the last two.</summary>
    private static void RefuseWhatHoldsTheFourthOfSix(DynatraceServer dynatrace)
    {
        var refuse = new Fault { Status = 400, Body = """{"error":{"code":400,"message":"Not to my taste"}}""" };
        dynatrace.FailNext(1, refuse);
        dynatrace.FailNext(1, new Fault()); // None at all.
        dynatrace.FailNext(1, refuse);
    }

    private static bool HoldsPoison(CapturedRequest request) => request.Body.Span.IndexOf(Some.Utf8(Poison)) >= 0;

    private static async Task AssertIsHeldAndRedeliveredAsync(
        RunningSystem system, string outcome, Action mend, CancellationToken cancellationToken)
    {
        var (body, id) = Some.Event();
        await system.SendAsync(body, cancellationToken);
        await system.Local.Host.WhenAsync(() => system.Outcomes.Count >= SomeAttempts, cancellationToken);

        Assert.Null(await system.Local.ReadCheckpointAsync(0, cancellationToken));
        Assert.Empty(system.DeliveredIds);
        mend();
        await system.Local.WhenIdleAsync(cancellationToken);

        Assert.Equal([id], system.DeliveredIds);
        Assert.Equal(0, await system.Local.ReadCheckpointAsync(0, cancellationToken));
        var outcomes = system.Outcomes.ToList();
        Assert.Equal(Enumerable.Range(1, outcomes.Count), outcomes.Select(it => it.Attempt));
        Assert.Equal([.. Enumerable.Repeat(false, outcomes.Count - 1), true], outcomes.Select(it => it.Succeeded));
        // Nothing is lost, so it is a warning and not an error; what someone has to fix is also an incident.
        await system.Output.WhenWrittenAsync(
            line => !line.IsError && line.Line.Contains($"Held 1 spans of partition 0, which stay in the Event Hub and are redelivered: {outcome} ", StringComparison.Ordinal),
            cancellationToken);
        Assert.All(system.Output.Errors, line => Assert.Contains("Incident open: ", line, StringComparison.Ordinal));
        var recordings = outcome.StartsWith("Blocked", StringComparison.Ordinal) ? 2 : 0; // Its start and its end, in the background.
        await system.Local.Host.WhenAsync(() => system.Recordings.Count >= recordings, cancellationToken);
        Assert.Equal(recordings, system.Recordings.Count);
    }
}
