using System.IO.Compression;
using Polly;
using Polly.Retry;
using SpanRelay.Buffers;
using SpanRelay.Dynatrace;

namespace SpanRelay.Sending;

/// <summary>
/// Brings one export to Dynatrace: tries again while the answer and the budget allow it, and sends nothing while the gate is
/// closed. One for the whole process.
/// </summary>
internal sealed class RequestSender
{
    private static readonly ResiliencePropertyKey<Errand> ErrandKey = new("errand");

    private readonly DynatraceClient _client;
    private readonly DeliveryGate _gate;
    private readonly ResiliencePipeline<Response> _attempts;
    private volatile int _compressedPercent = 12;

    public RequestSender(DynatraceClient client, TimeProvider time)
    {
        _client = client;
        _gate = new DeliveryGate(time);
        _attempts = new ResiliencePipelineBuilder<Response> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Response>
            {
                MaxRetryAttempts = int.MaxValue, // The budget ends it.
                ShouldHandle = again => ValueTask.FromResult(again.Outcome.Result is { } answer && ErrandOf(again.Context).TriesAgainAfter(answer)),
                DelayGenerator = again => ValueTask.FromResult<TimeSpan?>(ErrandOf(again.Context).Delay),
            })
            .Build();
    }

    /// <summary>Throws only when cancelled.</summary>
    public async Task<Delivery> SendAsync(ReadOnlyMemory<byte> export, RetryBudget budget, CancellationToken cancellationToken)
    {
        // As the last one turned out, and a little more: growing holds the old and the new.
        using var gzip = new PooledBuffer((int)(export.Length * (_compressedPercent + 2L) / 100));
        Compress(export.Span, gzip);
        _compressedPercent = (int)(gzip.Length * 100L / Math.Max(1, export.Length));
        var errand = new Errand(budget, gzip.WrittenMemory);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(ErrandKey, errand);
        try
        {
            var answer = await _attempts.ExecuteAsync(static (context, self) => self.TryAsync(ErrandOf(context), context.CancellationToken), context, this);
            return new Delivery(answer, errand.Attempts, errand.Attempts * (long)gzip.Length);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static Errand ErrandOf(ResilienceContext context) => context.Properties.GetValue(ErrandKey, null!);

    private async ValueTask<Response> TryAsync(Errand errand, CancellationToken cancellationToken)
    {
        if (!errand.Budget.TryBegin(out var timeout))
            return errand.LastAnswer ?? new Response { Outcome = Dynatrace.Outcome.RetryLater, Message = "Not sent: this invocation's time for requests was over." };
        var pass = _gate.Enter(out var refusal);
        if (pass == DeliveryGate.Pass.Refused)
            return refusal!;

        Response? answer = null;
        try
        {
            errand.Attempts++;
            answer = await _client.SendAsync(errand.Gzip, timeout, cancellationToken);
            return answer;
        }
        finally
        {
            _gate.Leave(pass, answer);
        }
    }

    private static void Compress(ReadOnlySpan<byte> export, PooledBuffer output)
    {
        using var gzip = new GZipStream(new PooledBufferStream(output), CompressionLevel.Fastest);
        gzip.Write(export);
    }

    /// <summary>What came of an export, after how many attempts and bytes sent.</summary>
    public readonly record struct Delivery(Response Response, int Attempts, long SentBytes);

    private sealed class Errand(RetryBudget budget, ReadOnlyMemory<byte> gzip)
    {
        public RetryBudget Budget => budget;

        public ReadOnlyMemory<byte> Gzip => gzip;

        public int Attempts { get; set; }

        public TimeSpan Delay { get; private set; }

        public Response? LastAnswer { get; private set; }

        public bool TriesAgainAfter(Response answer)
        {
            LastAnswer = answer;
            var fits = budget.TryGetDelay(answer, Attempts, Random.Shared.NextDouble(), out var delay);
            Delay = delay;
            return fits && Attempts > 0;
        }
    }
}
