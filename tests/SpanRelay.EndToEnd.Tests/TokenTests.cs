using System.Globalization;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Fakes.Dynatrace;
using SpanRelay.Fakes.KeyVault;
using SpanRelay.Local;
using SpanRelay.Tokens;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The token changes, goes bad and its vault goes away, while spans flow.</summary>
public sealed class TokenTests
{
    private const int Partitions = 4;
    private const int Rotations = 10;
    private const int SpansPerSecond = 2_000;
    private const int SpansPerEvent = 50;

    // The relay reads the secret again for a refused token no more often than every 10 seconds.
    private static readonly TimeSpan BetweenRotations = TimeSpan.FromSeconds(11);

    [Fact]
    public async Task TenRotationsABadVersionAndAVaultThatIsDownCostNoSpan()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(20));
        var stop = deadline.Token;
        // During the rotations nothing is refreshed in the background: what is noticed is noticed by the refusals.
        await using var system = await RunningSystem.StartAsync(stop, Partitions, new Dictionary<string, string> { ["Dynatrace__TokenRefresh"] = "01:00:00" });
        var secrets = new List<string> { system.Local.Token!.Value };
        await using var traffic = Traffic.Start(system, SpansPerSecond, SpansPerEvent);

        var token = system.Local.Token!;
        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            await Task.Delay(BetweenRotations, TimeProvider.System, stop);
            var next = DynatraceToken.CreateClassic();
            secrets.Add(next.Value);
            system.Dynatrace.AddToken(next);
            system.Local.Vault!.Set(LocalSystem.TokenSecret, next.Value);
            system.Dynatrace.RevokeToken(token);
            token = next;
            await WhenInUseAsync(system, next, stop); // The time to the next rotation counts from when the secret was read for this one.
        }

        await WhenSpansArriveAsync(system, stop);
        var sentDuringRotations = traffic.Sent.Count;
        var refused = system.Dynatrace.Requests.Where(request => request.Response.Status != 200).ToList();
        var failedInvocations = system.Outcomes.Count(outcome => !outcome.Succeeded);
        Assert.All(refused, request => Assert.Equal(401, request.Response.Status));
        Assert.InRange(refused.Count, Rotations, Rotations * Partitions);
        Assert.Equal(0, failedInvocations);

        // A bad version, noticed after a restart: the one before goes on.
        var bad = DynatraceToken.CreateClassic();
        secrets.Add(bad.Value);
        var badVersion = system.Local.Vault!.Set(LocalSystem.TokenSecret, bad.Value, TimeProvider.System.GetUtcNow().AddDays(90));
        system.Local.Host.Kill();
        await system.Output.WhenWrittenAsync(line => line.Line.Contains($"refuses {badVersion} (", StringComparison.Ordinal), stop);
        await WhenSpansArriveAsync(system, stop);
        var incident = system.Output.Lines.First(line => line.Line.Contains("Incident: ", StringComparison.Ordinal)).Line;

        // The vault is down for the rest of the run.
        system.Local.Vault.FailNext(int.MaxValue, KeyVaultFault.Down);
        var arrivedBefore = system.Dynatrace.Spans.Count;
        await system.Dynatrace.WhenAsync(() => system.Dynatrace.Spans.Count > arrivedBefore + (5 * SpansPerSecond), stop);
        await traffic.DisposeAsync();
        await system.Local.WhenIdleAsync(stop);

        var arrived = system.DeliveredIds;
        Assert.Empty(traffic.Sent.Except(arrived));
        AssertNoSecret(system, secrets);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sentDuringRotations} spans during {Rotations} rotations at {traffic.SpansPerSecond:N0} spans/s: {refused.Count} requests refused (at most one for each rotation and partition: {Rotations * Partitions}), {failedInvocations} invocations failed. {traffic.Sent.Count} spans in all, 0 lost, {arrived.Count - arrived.Distinct().Count()} twice. {incident}"));
    }

    [Fact]
    public async Task TheDailyTimerRotatesTheTokenWhileSpansFlow()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(
            deadline.Token, 2, new Dictionary<string, string> { ["Dynatrace__TokenOverlap"] = "00:00:02", ["Dynatrace__TokenRefresh"] = "00:00:01" });
        await using var traffic = Traffic.Start(system, 500, SpansPerEvent);

        system.Local.RotateToken();
        await WhenOneTokenIsLeftAsync(system, deadline.Token);
        await WhenSpansArriveAsync(system, deadline.Token);
        await traffic.DisposeAsync();
        await system.Local.WhenIdleAsync(deadline.Token);

        Assert.NotEqual(system.Local.Token!.Value, system.Local.Vault!.NewestValue(LocalSystem.TokenSecret));
        Assert.Empty(traffic.Sent.Except(system.DeliveredIds));
        Assert.All(system.Outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Reason));
        Assert.All(system.Dynatrace.Requests.Where(request => request.AcceptedSpans > 0), request => Assert.Equal(200, request.Response.Status));
        AssertNoSecret(system, [system.Local.Token.Value, system.Local.Vault.NewestValue(LocalSystem.TokenSecret)!]);
    }

    /// <summary>The app is killed by SIGKILL behind each step of a rotation. Started again, it ends what was begun.</summary>
    [Theory]
    [InlineData("POST", "apiTokens")] // The token is created and not written.
    [InlineData("PUT", "secrets")] // It is written and not proved.
    [InlineData("PATCH", "secrets")] // It is proved.
    [InlineData("DELETE", "apiTokens")] // The old one is deleted, and that is not noted down.
    public async Task ARotationKilledAfterAnyStepEndsWithOneTokenInTheVault(string method, string path)
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(
            deadline.Token, 1, new Dictionary<string, string> { ["Dynatrace__TokenOverlap"] = "00:00:01", ["Dynatrace__TokenRefresh"] = "00:00:01" });
        var kills = 0;
        ValueTask KillOnce(string requestMethod, string requestPath)
        {
            if (requestMethod == method && requestPath.Contains(path, StringComparison.Ordinal) && !requestPath.EndsWith("/lookup", StringComparison.Ordinal)
                && Interlocked.Exchange(ref kills, 1) == 0)
                system.Local.Host.Kill();
            return ValueTask.CompletedTask;
        }

        system.Dynatrace.OnTokenRequest = (request, _) => KillOnce(request.Method, request.Path);
        system.Local.Vault!.OnRequest = (request, _) => KillOnce(request.Method, request.Path);

        var killed = system.Local.Host.ProcessId;
        system.Local.RotateToken();
        if (method == "POST")
        {
            // The vault does not know of this rotation yet: the next day's run begins another, and deletes what this one left.
            while (kills == 0 || system.Local.Host.ProcessId is not { } process || process == killed)
                await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, deadline.Token);
            await system.Local.Host.WhenReadyAsync(deadline.Token);
            system.Local.RotateToken();
        }

        await WhenOneTokenIsLeftAsync(system, deadline.Token);

        Assert.Equal(1, kills);
        Assert.NotEqual(system.Local.Token!.Value, system.Local.Vault.NewestValue(LocalSystem.TokenSecret));
        AssertNoSecret(system, [system.Local.Token.Value, system.Local.Vault.NewestValue(LocalSystem.TokenSecret)!]);
    }

    [Fact]
    public async Task ColdWithoutTheVaultSpansAreHeldTheProcessStaysUpAndGoesOnWhenTheVaultIsBack()
    {
        using var deadline = new Deadline();
        await using var system = await RunningSystem.StartAsync(deadline.Token, 1);
        system.Local.Vault!.FailNext(int.MaxValue, KeyVaultFault.Down);
        var process = await KillAndWaitForAnotherAsync(system, deadline.Token);
        var (body, id) = Some.Event();

        await system.SendAsync(body, deadline.Token);
        await system.Local.Host.WhenAsync(() => system.Outcomes.Any(outcome => !outcome.Succeeded), deadline.Token);
        Assert.Empty(system.DeliveredIds);
        system.Local.Vault.ClearFaults();
        await system.Local.WhenIdleAsync(deadline.Token);

        Assert.Equal([id], system.DeliveredIds);
        Assert.Equal(process, system.Local.Host.ProcessId);
    }

    private static async Task<int> KillAndWaitForAnotherAsync(RunningSystem system, CancellationToken cancellationToken)
    {
        var killed = system.Local.Host.ProcessId;
        system.Local.Host.Kill();
        while (system.Local.Host.ProcessId is null || system.Local.Host.ProcessId == killed)
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, cancellationToken);
        await system.Local.Host.WhenReadyAsync(cancellationToken);
        return system.Local.Host.ProcessId!.Value;
    }

    private static async Task WhenSpansArriveAsync(RunningSystem system, CancellationToken cancellationToken)
    {
        var before = system.Dynatrace.Spans.Count;
        await system.Dynatrace.WhenAsync(() => system.Dynatrace.Spans.Count > before + 2_000, cancellationToken);
    }

    private static Task WhenInUseAsync(RunningSystem system, DynatraceToken token, CancellationToken cancellationToken) =>
        system.Dynatrace.WhenAsync(
            () => system.Dynatrace.Requests.Any(request => request.AcceptedSpans > 0 && request.Headers["Authorization"].EndsWith(token.Value, StringComparison.Ordinal)),
            cancellationToken);

    private static async Task WhenOneTokenIsLeftAsync(RunningSystem system, CancellationToken cancellationToken)
    {
        while (system.Local.Vault!.NewestTags(LocalSystem.TokenSecret).GetValueOrDefault("spanrelay-rotation") != "Complete")
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        Assert.Equal([system.Local.Vault.NewestValue(LocalSystem.TokenSecret)!], system.Dynatrace.ValidTokens);
    }

    private static void AssertNoSecret(RunningSystem system, IEnumerable<string> tokens)
    {
        var parts = tokens.Select(token => token.Split('.')[^1]).ToList();
        Assert.DoesNotContain(system.Output.Lines, line => parts.Exists(part => line.Line.Contains(part, StringComparison.Ordinal)));
        Assert.DoesNotContain(system.Outcomes.SelectMany(outcome => outcome.Logs), line => parts.Exists(part => line.Contains(part, StringComparison.Ordinal)));
        Assert.All(system.Dynatrace.Requests, request => Assert.Empty(Planted.FoundIn(request, parts)));
        Assert.All(ProcessArguments(system), argument => Assert.DoesNotContain(parts, part => argument.Contains(part, StringComparison.Ordinal)));
    }

    private static string[] ProcessArguments(RunningSystem system) =>
        system.Local.Host.ProcessId is { } process ? Processes.ArgumentsOf(process) : [];
}
