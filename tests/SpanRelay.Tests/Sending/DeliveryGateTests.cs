using SpanRelay.Dynatrace;
using SpanRelay.Sending;
using SpanRelay.Telemetry;
using SpanRelay.Tests.Telemetry;
using static SpanRelay.Sending.DeliveryGate;

namespace SpanRelay.Tests.Sending;

public sealed class DeliveryGateTests : IDisposable
{
    private readonly SteppedTime _time = new(Some.Now);
    private readonly DeliveryGate _gate;

    public DeliveryGateTests() => _gate = new DeliveryGate(_time);

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void AGateThatIsClosedWhenItsRelayEndsIsNotMeasuredAsClosed()
    {
        using var metrics = CollectedMetrics.Start();
        var gate = new DeliveryGate(_time);
        gate.Leave(Pass.Free, new Response { Outcome = Outcome.Blocked });
        Assert.Equal([1, 1], [metrics.Observe(RelayMetrics.GateClosed), metrics.Observe(RelayMetrics.GateClosed)]);

        gate.Dispose();
        gate.Dispose();

        Assert.False(RelayMetrics.ClosedGates.ContainsKey(gate));
    }

    [Fact]
    public void AGateThatOpensIsNotMeasuredAsClosed()
    {
        _gate.Leave(Pass.Free, new Response { Outcome = Outcome.Blocked });
        Assert.True(RelayMetrics.ClosedGates.ContainsKey(_gate));

        _gate.Leave(Pass.Probe, new Response { Outcome = Outcome.Delivered });

        Assert.False(RelayMetrics.ClosedGates.ContainsKey(_gate));
    }

    [Fact]
    public void WhileNothingIsBlockedAllPass()
    {
        Assert.Equal(Pass.Free, _gate.Enter(out _));
        _gate.Leave(Pass.Free, Response(Outcome.RetryLater));

        Assert.Equal(Pass.Free, _gate.Enter(out _));
    }

    [Fact]
    public void ProbesGoOutOneAtATimeAtGrowingIntervalsUpToAMinute()
    {
        _gate.Leave(_gate.Enter(out _), Response(Outcome.Blocked));
        var intervals = new List<int>();
        for (var (second, last) = (1, 0); intervals.Count < 9; second++)
        {
            Assert.Equal(Pass.Refused, _gate.Enter(out var refusal));
            Assert.Equal(Outcome.Blocked, refusal!.Outcome);
            Assert.Equal(401, refusal.Status);
            _time.Advance(TimeSpan.FromSeconds(1));
            if (_gate.Enter(out _) != Pass.Probe)
                continue;

            Assert.Equal(Pass.Refused, _gate.Enter(out _)); // While one is on the way.
            _gate.Leave(Pass.Probe, Response(Outcome.Blocked));
            intervals.Add(second - last);
            last = second;
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], intervals);
    }

    [Theory]
    [InlineData(Outcome.Delivered, true)]
    [InlineData(Outcome.DeliveredInPart, true)]
    [InlineData(Outcome.Rejected, true)] // It was looked at: the token and the address are good.
    [InlineData(Outcome.TooLarge, true)]
    [InlineData(Outcome.RetryLater, false)]
    [InlineData(Outcome.Blocked, false)]
    public void TheProbesOutcomeDecidesWhetherTheGateOpens(Outcome outcome, bool opens)
    {
        _gate.Leave(_gate.Enter(out _), Response(Outcome.Blocked));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Pass.Probe, _gate.Enter(out _));

        _gate.Leave(Pass.Probe, Response(outcome));

        Assert.Equal(opens ? Pass.Free : Pass.Refused, _gate.Enter(out _));
    }

    [Fact]
    public void AProbeThatIsCancelledMakesRoomForAnother()
    {
        _gate.Leave(_gate.Enter(out _), Response(Outcome.Blocked));
        _time.Advance(TimeSpan.FromSeconds(1));
        _gate.Leave(_gate.Enter(out _), null);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Pass.Probe, _gate.Enter(out _));
    }

    [Fact]
    public void RequestsInFlightWhenTheGateClosedDoNotChangeTheIntervals()
    {
        var passes = Enumerable.Range(0, 4).Select(_ => _gate.Enter(out var _)).ToList();
        foreach (var pass in passes)
            _gate.Leave(pass, Response(Outcome.Blocked));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Pass.Probe, _gate.Enter(out _));
    }

    private static Response Response(Outcome outcome) => new() { Outcome = outcome, Status = 401 };
}
