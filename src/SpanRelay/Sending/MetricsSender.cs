using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SpanRelay.Buffers;
using SpanRelay.Dynatrace;
using SpanRelay.GenAi.Metrics;

namespace SpanRelay.Sending;

/// <summary>
/// Sends what was counted of settled batches, in the background: no batch waits for it, and no failure of it holds a span. What cannot
/// be sent is merged into the next request, for a limited time. What may have arrived is not sent again, since it would count twice.
/// </summary>
internal sealed class MetricsSender(DynatraceClient client, TimeSpan attemptTimeout, TimeProvider time, ILogger log) : IAsyncDisposable
{
    /// <summary>From a settled batch to its metrics: by then its checkpoint is written, so that no other instance counts it again.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(5);

    /// <summary>How long what cannot be sent is kept.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>The Functions host kills the process 5 seconds after it asked it to terminate.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly MetricsProblems _problems = new(time, log);
    private MetricSet? _waiting;
    private DateTimeOffset _since;
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private volatile bool _isStopped;
    private int _labelSetsAtOnce = MetricsExport.MaxLabelSets;

    /// <param name="counted">Must not be used afterwards. Null for nothing.</param>
    public void Add(MetricSet? counted)
    {
        if (counted is not { LabelSets: > 0 })
            return;

        Keep(counted, time.GetUtcNow());
        lock (_lock)
        {
            if (_isSending || _isStopped)
                return;
            _isSending = true;
            _sending = RunAsync();
        }
    }

    /// <summary>Sends what waits, once and within <see cref="StopTimeout"/>. The rest is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isStopped)
                return;
            _isStopped = true;
        }

        using var timeout = new CancellationTokenSource(StopTimeout, time);
        await using var abort = timeout.Token.Register(_abort.Cancel);
        await _stop.CancelAsync();
        await _sending;
        if (TryTake(out var metrics, out var since))
            await SendAsync(metrics, since, Interval);
        if (TryTake(out var left, out _))
            _problems.NoteLost(left.Spans, "The app stopped before they could be sent.");
        _stop.Dispose();
        _abort.Dispose();
    }

    private async Task RunAsync()
    {
        for (var pause = Interval; ;)
        {
            await Task.Delay(pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_isStopped || !TryTake(out var metrics, out var since))
                return;
            pause = await SendAsync(metrics, since, pause);
        }
    }

    private bool TryTake([NotNullWhen(true)] out MetricSet? metrics, out DateTimeOffset since)
    {
        lock (_lock)
        {
            (metrics, since, _waiting) = (_waiting, _since, null);
            _isSending &= metrics is not null;
            return metrics is not null;
        }
    }

    private void Keep(MetricSet metrics, DateTimeOffset since)
    {
        lock (_lock)
        {
            _since = _waiting is null || since < _since ? since : _since;
            if (_waiting is null)
                _waiting = metrics;
            else
                _waiting.Merge(metrics);
        }
    }

    /// <returns>How long to wait before the next request.</returns>
    private async Task<TimeSpan> SendAsync(MetricSet metrics, DateTimeOffset since, TimeSpan pause)
    {
        Response? obstacle = null;
        foreach (var part in metrics.Divide(_labelSetsAtOnce))
        {
            if (obstacle is null)
            {
                var response = await PostAsync(part, since);
                var isDone = IsDone(part, response);
                obstacle = response.Outcome.IsHeld() || !isDone ? response : null;
                if (isDone)
                    continue;
            }

            if (time.GetUtcNow() - since < KeptFor)
                Keep(part, since);
            else
                _problems.NoteLost(part.Spans, $"They could not be sent for {KeptFor.TotalMinutes} minutes.");
        }

        if (obstacle is null)
        {
            _problems.NotePassed();
            return Interval;
        }

        _problems.NoteKept(obstacle, client.MetricsAddress);
        var wait = obstacle.RetryAfter > pause ? obstacle.RetryAfter.Value : pause * 2;
        return wait < LongestInterval ? wait : LongestInterval;
    }

    private async Task<Response> PostAsync(MetricSet metrics, DateTimeOffset since)
    {
        using var body = new PooledBuffer();
        using (var gzip = new GZipStream(new PooledBufferStream(body), CompressionLevel.Fastest))
            MetricsExport.Create(metrics, since, time.GetUtcNow()).WriteTo(gzip);
        try
        {
            return await client.SendMetricsAsync(body.WrittenMemory, attemptTimeout, _abort.Token);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            return new Response { Outcome = Outcome.RetryLater, MayHaveArrived = true, Message = "The app stopped before Dynatrace responded." };
        }
    }

    /// <returns>False when the metrics can be sent again.</returns>
    private bool IsDone(MetricSet metrics, Response response)
    {
        switch (response)
        {
            case { Outcome: Outcome.Delivered }:
                _problems.NoteAccepted(response.Message);
                return true;
            case { Outcome: Outcome.DeliveredInPart }:
                _problems.NoteRejected(response.RejectedSpans, response.Message);
                return true;
            case { Outcome: Outcome.TooLarge } when metrics.LabelSets > 1:
                _labelSetsAtOnce = metrics.LabelSets / 2;
                return false;
            case { Outcome: Outcome.TooLarge or Outcome.Rejected }:
                _problems.NoteLost(metrics.Spans, $"Dynatrace rejects them: {response.StatusText}. {response.Message}");
                return true;
            case { MayHaveArrived: true }:
                _problems.NoteLost(metrics.Spans, $"They may have arrived, and are not sent again, since they would count twice. {response.Message}");
                return true;
            default:
                return false;
        }
    }
}
