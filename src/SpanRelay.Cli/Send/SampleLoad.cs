using System.Runtime.CompilerServices;
using Google.Protobuf;
using SpanRelay.Cli.Run;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Cli.Send;

/// <summary>Sample traffic to generate.</summary>
/// <param name="Rate">Spans a second; 0 for as many as the door takes.</param>
/// <param name="Duration">How long; null for no limit.</param>
/// <param name="Events">How many events; null for no limit.</param>
internal sealed record SampleLoad(int Rate, TimeSpan? Duration, int? Events)
{
    /// <summary>Waits for each event's turn: late ones follow at once, so that the rate is kept on average.</summary>
    public async IAsyncEnumerable<OutgoingEvent> CreateAsync(TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var spans = 0L;
        for (var number = 0; Events is null || number < Events; number++)
        {
            var early = Rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)spans / Rate) - time.GetElapsedTime(started);
            if (Duration is { } duration && time.GetElapsedTime(started) + (early > TimeSpan.Zero ? early : TimeSpan.Zero) >= duration)
                yield break;
            if (early > TimeSpan.Zero)
                await Task.Delay(early, time, cancellationToken);
            var batch = SampleTrace.CreateBatch(number, time.GetUtcNow());
            var count = batch.Sum(trace => trace.Spans.Count);
            spans += count;
            yield return new OutgoingEvent(null, SampleTrace.Export(batch).ToByteArray(), count);
        }
    }

    /// <summary>How much of it is done, from 0 to 1.</summary>
    public double Progress(SendTotals totals) => Math.Max(
        Events is { } events ? totals.Done / (double)events : 0,
        Duration is { } duration ? totals.Elapsed / duration : 0);
}
