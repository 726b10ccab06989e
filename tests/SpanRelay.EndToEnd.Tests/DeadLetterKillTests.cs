using System.Globalization;
using Google.Protobuf;
using SpanRelay.Dynatrace;
using SpanRelay.Local.Host;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The function app is killed by SIGKILL at each step around writing a dead letter, and started again.</summary>
public sealed class DeadLetterKillTests
{
    private const int Runs = 56;
    private const int Kinds = 7;

    [Fact]
    public async Task EverySpanIsDeliveredOrInTheStoreAndNothingIsThereTwice()
    {
        using var deadline = new Deadline(TimeSpan.FromMinutes(20));
        var stop = deadline.Token;
        await using var storage = await ProxiedStorage.StartAsync(stop);
        await using var system = await RunningSystem.StartAsync(stop, settings: storage.Settings);
        var sent = new SentSpans();
        var kills = 0;

        for (var run = 0; run < Runs; run++)
        {
            var isArmed = 1;
            var step = run % Kinds;
            storage.OnRequest = request =>
            {
                if (!IsAt(step, request) || Interlocked.Exchange(ref isArmed, 0) == 0)
                    return;
                Interlocked.Increment(ref kills);
                system.Local.Host.Recycle();
            };
            using (system.HoldNextAnswer())
            {
                foreach (var body in sent.Next(new Random(run)))
                    await system.SendAsync(body, stop);
            }

            await system.Local.WhenIdleAsync(stop);
        }

        storage.OnRequest = null;
        await system.Local.WhenIdleAsync(stop);
        var kept = await storage.ReadAllAsync(stop);

        Assert.Equal(Runs, kills);
        Assert.Empty(sent.Good.Except(system.DeliveredIds));
        Assert.Equal(sent.Expired.Order(), kept.SpanIds.Order());
        Assert.Equal(sent.Unreadable.Order(), kept.Quarantined.Order());
        Assert.Equal(kept.Payloads, kept.Records);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kills} kills in {Runs} runs: {sent.Good.Count} spans delivered ({system.DeliveredIds.Count - system.DeliveredIds.Distinct().Count()} twice), {sent.Expired.Count} spans and {sent.Unreadable.Count} unreadable events in the store, each once, {kept.Records} records."));
    }

    /// <summary>Before and after: the payload is written, the message is sent, the record is written; and while the payload is read for it.</summary>
    private static bool IsAt(int step, StorageRequest request) => step switch
    {
        0 => request is { WritesPayload: true, IsDone: false },
        1 => request is { WritesPayload: true, IsDone: true },
        2 => request is { WritesMessage: true, IsDone: false },
        3 => request is { WritesMessage: true, IsDone: true },
        4 => request is { ReadsPayload: true, IsDone: false },
        5 => request is { WritesRecord: true, IsDone: false },
        _ => request is { WritesRecord: true, IsDone: true },
    };

    /// <summary>Events with good and old spans, and some that cannot be read, in an order of chance.</summary>
    private sealed class SentSpans
    {
        public List<string> Good { get; } = [];

        public List<string> Expired { get; } = [];

        public List<string> Unreadable { get; } = [];

        public List<byte[]> Next(Random chance)
        {
            var bodies = Enumerable.Range(0, chance.Next(2, 6)).Select(_ => Body(chance)).ToList();
            bodies.Insert(chance.Next(bodies.Count + 1), OldBody(chance)); // So that each run has something to dead-letter.
            return bodies;
        }

        private byte[] Body(Random chance)
        {
            if (chance.Next(4) == 0)
            {
                var text = $"not a trace export {Guid.NewGuid():N}";
                Unreadable.Add(text);
                return Some.Utf8(text);
            }

            return chance.Next(3) == 0 ? OldBody(chance) : Export(chance, old: 0);
        }

        private byte[] OldBody(Random chance) => Export(chance, old: chance.Next(1, 4));

        private byte[] Export(Random chance, int old)
        {
            var spans = Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Some.Span()).ToList();
            Good.AddRange(spans.Select(span => span.Id()));
            var olds = Enumerable.Range(0, old).Select(_ => Old(Some.Span(), chance)).ToList();
            Expired.AddRange(olds.Select(span => span.Id()));
            return Some.Request([.. spans.Concat(olds).OrderBy(_ => chance.Next())]).ToByteArray();
        }

        private static Span Old(Span span, Random chance)
        {
            span.EndTimeUnixNano -= (ulong)chance.Next(3_600, 100_000) * 1_000_000_000;
            return span;
        }
    }
}
