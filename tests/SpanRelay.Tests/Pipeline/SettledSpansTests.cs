using System.Diagnostics.Tracing;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Tests.DeadLetters;
using SpanRelay.Tests.Dynatrace;

namespace SpanRelay.Tests.Pipeline;

[CollectionDefinition(nameof(SettledSpansTests), DisableParallelization = true)]
[Collection(nameof(SettledSpansTests))]
public sealed class SettledSpansTests
{
    private const int Events = 100;
    private const int SpansOfEvent = 10;
    private const int TextOfSpan = 20_000;

    [Fact]
    public async Task ABatchOf20MegabytesTakesLessThanThreeTimesThat()
    {
        await using var server = new RawServer(RawAnswer.Accepted);
        var bodies = Enumerable.Range(0, Events).Select(Body).ToArray();
        var payload = bodies.Sum(body => (long)body.Length);
        var options = new RelayOptions { Dynatrace = Some.Dynatrace(server.Address) };
        var time = new SteppedTime(Some.Now);
        using var client = new DynatraceClient(options.Dynatrace, time);
        var relay = new Relay(options, client, new CollectingDeadLetterStore(), time, new CollectingLogger<Relay>());
        var warmUp = Some.Batch(bodies[0]);
        await relay.ForwardAsync(warmUp, TestContext.Current.CancellationToken);

        using var pool = new PoolWatch();
        var allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        var batch = Some.Batch(bodies);
        var report = await relay.ForwardAsync(batch, TestContext.Current.CancellationToken);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{payload:N0} bytes in {report.Requests} requests of {report.BytesOut:N0} bytes: at most {pool.Peak:N0} rented at once "
            + $"({(double)pool.Peak / payload:0.00} times the payload), {allocated - pool.Allocated:N0} allocated besides, {allocated:N0} with the pool's own.");
        Assert.Equal(Events * SpansOfEvent, report.SpansDelivered);
        Assert.InRange(payload, 20_000_000, 21_000_000);
        Assert.InRange(pool.Peak, options.MaxRequestBytes, 3 * payload); // At least a request, or the watch saw nothing.
        Assert.InRange(pool.Peak + Math.Max(0, allocated - pool.Allocated), 0, 3 * payload);
    }

    // Text that compresses badly: the worst case.
    private static byte[] Body(int number)
    {
        var chance = new Random(number);
        var spans = Enumerable.Range(1, SpansOfEvent).Select(i =>
        {
            var span = Some.Span(number * SpansOfEvent + i);
            var text = new byte[TextOfSpan * 3 / 4];
            chance.NextBytes(text);
            span.Attributes.Add(Some.Attribute("note", Convert.ToBase64String(text)));
            return span;
        });
        return Some.Request([.. spans]).ToByteArray();
    }

    /// <summary>Counts the bytes that are rented from the shared array pools, by the events that these write.</summary>
    private sealed class PoolWatch : EventListener
    {
        private const int Rented = 1;
        private const int AllocatedAnew = 2;
        private const int Returned = 3;

        private readonly Lock _lock = new();
        private readonly Dictionary<int, long> _live = [];
        private long _now;

        public long Peak { get; private set; }

        public long Allocated { get; private set; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
                EnableEvents(eventSource, EventLevel.Verbose);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventId is not (Rented or AllocatedAnew or Returned) || _lock is null)
                return;
            var (id, size) = ((int)eventData.Payload![0]!, (int)eventData.Payload[1]!);
            lock (_lock)
            {
                if (eventData.EventId == AllocatedAnew)
                    Allocated += size;
                else if (eventData.EventId == Rented && _live.TryAdd(id, size))
                    Peak = Math.Max(Peak, _now += size);
                else if (eventData.EventId == Returned && _live.Remove(id))
                    _now -= size;
            }
        }
    }
}
