using System.Diagnostics;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using SpanRelay.Local.Host.Worker;
using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>On the smallest instances, events that need more memory than there is cost nothing but themselves.</summary>
public sealed class MemoryTests(SharedStorage storage)
{
    private const int MiB = 1024 * 1024;

    private static readonly (string Name, Func<int, byte[]> Create)[] Events =
    [
        ("invalid UTF-8", bytes => WithValue(new AnyValue { BytesValue = ByteString.CopyFrom(Filled(bytes, 0xFF)) }, asString: true)),
        ("one text", bytes => WithValue(new AnyValue { StringValue = Repeated("An ordinary sentence, and the next. ", bytes) })),
        ("text with hits", bytes => WithValue(new AnyValue { StringValue = Repeated("ada@example.com wrote; ", bytes) })),
        ("JSON with hits", bytes => WithValue(new AnyValue { StringValue = $"[{Repeated("{\"to\":\"ada@example.com\",\"n\":17},", bytes)}0]" })),
        ("an export in JSON", bytes => Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(Some.Request(Some.Span()))[..^1] + $",\"x\":\"{Repeated("ada@example.com ", bytes)}\"}}")),
        ("many spans", bytes => Some.Request([.. Enumerable.Range(0, bytes / 1_100).Select(_ => SpanWith(new AnyValue { StringValue = new string('x', 1_000) }))]).ToByteArray()),
    ];

    [Theory]
    [InlineData(512)]
    [InlineData(2_048)]
    public async Task LargeEventsOfFourPartitionsAtOnceCostOnlyThemselves(int instanceMiB)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Control groups are Linux's.");
        var limit = MemoryLimit.TryCreate(instanceMiB * (long)MiB, out var reason);
        Assert.SkipWhen(limit is null, reason);
        await using var _ = limit;
        using var deadline = new Deadline(TimeSpan.FromMinutes(30));
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token, limit!.Environment);
        var process = running.Relay.ProcessId;
        foreach (var (name, create) in Events)
        {
            foreach (var size in instanceMiB > 1_000 ? new[] { 56 } : [20, 60])
            {
                var large = Some.Gzip(create(size * MiB));
                if (large.Length > MiB)
                    continue; // No hub takes it.

                var start = Stopwatch.GetTimestamp();
                var good = await Task.WhenAll(Enumerable.Range(0, 4).Select(partition => DeliverAsync(running, large, partition, deadline.Token)));

                var elapsed = Stopwatch.GetElapsedTime(start);
                Assert.Equal(process, running.Relay.ProcessId);
                Assert.Empty(good.SelectMany(each => each).Except(running.DeliveredIds));
                TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{instanceMiB} MiB: {name}, {size} MiB from {large.Length / 1000} kB, four at once: {elapsed.TotalSeconds:N1} s, peak {limit.Peak / MiB} MiB"));
            }
        }

        Assert.InRange(limit.Peak, 1, instanceMiB * (long)MiB);
    }

    [Fact]
    public async Task AnEventThatExhaustsTheMemoryIsQuarantinedAndItsNeighborsAreDelivered()
    {
        using var deadline = new Deadline();
        var smallHeap = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "4000000" }; // Hexadecimal: 64 MiB.
        await using var running = await RunningWorker.StartAsync(storage.ConnectionString, deadline.Token, smallHeap);
        var process = running.Relay.ProcessId;
        var large = Some.Gzip(WithValue(new AnyValue { BytesValue = ByteString.CopyFrom(Filled(7 * MiB, 0xFF)) }, asString: true));

        var good = await DeliverAsync(running, large, partition: 0, deadline.Token);

        Assert.Empty(good.Except(running.DeliveredIds));
        Assert.Equal(process, running.Relay.ProcessId);
        await running.Relay.Output.WhenWrittenAsync(
            line => line.Line.Contains("partition 0, sequence number 42,", StringComparison.Ordinal) && line.Line.Contains("took more memory than this instance has", StringComparison.Ordinal),
            deadline.Token);
    }

    /// <returns>The ids of the large event's neighbors.</returns>
    private static async Task<IReadOnlyList<string>> DeliverAsync(RunningWorker running, byte[] large, int partition, CancellationToken cancellationToken)
    {
        var (before, behind) = (Some.Event(), Some.Event());
        byte[][] bodies = [before.Body, large, behind.Body];

        var metadata = RunningWorker.Metadata(bodies, partition.ToString(CultureInfo.InvariantCulture));
        InvocationResponse answer;
        do // As the host does. On a loaded machine, what waits for four large events may be out of time at the first attempt.
            answer = await running.InvokeAsync(bodies, metadata, cancellationToken);
        while (answer.Result.Status != StatusResult.Types.Status.Success);
        return [before.SpanId, behind.SpanId];
    }

    private static byte[] WithValue(AnyValue value, bool asString = false)
    {
        var export = Some.Request(SpanWith(value)).ToByteArray();
        if (!asString)
            return export;

        var tag = export.AsSpan().IndexOf("note"u8) + "note"u8.Length + 5; // Behind the value's tag and length.
        Assert.Equal(0x3A, export[tag]);
        export[tag] = 0x0A; // A string in place of bytes.
        return export;
    }

    private static Span SpanWith(AnyValue value)
    {
        var span = Some.Span();
        span.Attributes.Add(new KeyValue { Key = "note", Value = value });
        return span;
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static string Repeated(string text, int bytes) => string.Concat(Enumerable.Repeat(text, bytes / text.Length));
}
