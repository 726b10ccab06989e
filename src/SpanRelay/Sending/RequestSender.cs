using System.IO.Compression;
using SpanRelay.Buffers;
using SpanRelay.Dynatrace;
using SpanRelay.Telemetry;

namespace SpanRelay.Sending;

/// <summary>
/// Sends one export to Dynatrace: retries while response and budget allow it, and sends nothing while the gate is closed. One
/// for the whole process.
/// </summary>
internal sealed class RequestSender(DynatraceClient client, TimeProvider time) : IDisposable
{
    private readonly DeliveryGate _gate = new(time);
    private volatile int _compressedPercent = 12;

    /// <summary>Throws only when cancelled.</summary>
    /// <param name="latest">When the last attempt must have ended.</param>
    /// <returns>The last response, after how many attempts and bytes sent.</returns>
    public async Task<(Response Response, int Attempts, long SentBytes)> SendAsync(ReadOnlyMemory<byte> export, RetryBudget budget, DateTimeOffset latest, CancellationToken cancellationToken)
    {
        using var gzip = new PooledBuffer();
        Response? last = null;
        for (var attempts = 0; ;)
        {
            if (!budget.TryBegin(latest, out var timeout))
                return (last ?? BudgetSpent, attempts, attempts * (long)gzip.Length);
            var pass = _gate.Enter(out var refusal);
            if (pass == DeliveryGate.Pass.Refused)
                return (refusal!, attempts, attempts * (long)gzip.Length);

            if (attempts++ > 0)
                RelayMetrics.RequestsRepeated.Add(1, new KeyValuePair<string, object?>(RelayMetrics.MayDuplicate, last!.MayHaveArrived));
            last = await SendOnceAsync(export, gzip, timeout, pass, cancellationToken);
            if (!budget.TryGetDelay(last, latest, attempts, Random.Shared.NextDouble(), out var delay))
                return (last, attempts, attempts * (long)gzip.Length);
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    public void Dispose() => _gate.Dispose();

    private static Response BudgetSpent => new() { Outcome = Outcome.RetryLater, Message = "Not sent: this invocation's time for requests was over." };

    /// <param name="gzip">Empty before the first attempt, which fills it.</param>
    private async Task<Response> SendOnceAsync(
        ReadOnlyMemory<byte> export, PooledBuffer gzip, TimeSpan timeout, DeliveryGate.Pass pass, CancellationToken cancellationToken)
    {
        Response? response = null;
        try
        {
            if (gzip.Length == 0)
                Compress(export.Span, gzip);
            response = await client.SendAsync(gzip.WrittenMemory, timeout, cancellationToken);
            return response;
        }
        finally
        {
            _gate.Leave(pass, response);
        }
    }

    private void Compress(ReadOnlySpan<byte> export, PooledBuffer output)
    {
        // By the last one's ratio, and a little more: a buffer that grows needs room for the old and the new one.
        output.GetSpan((int)(export.Length * (_compressedPercent + 2L) / 100));
        using (var gzip = new GZipStream(new PooledBufferStream(output), CompressionLevel.Fastest))
            gzip.Write(export);
        _compressedPercent = (int)(output.Length * 100L / Math.Max(1, export.Length));
    }
}
