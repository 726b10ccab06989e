using System.Text.Json;
using Microsoft.Extensions.Logging;
using SpanRelay.Fakes;
using SpanRelay.Local.Host.Functions;
using SpanRelay.Local.Host.Worker.Protocol;
using SpanRelay.Tokens;

namespace SpanRelay.Local.Host.Timers;

/// <summary>Waits for the next occurrence or a manual call, and invokes the function.</summary>
internal sealed partial class TimerListener(FunctionDefinition definition, TimerSchedule schedule, HostContext context) : IListener
{
    private readonly Signal _changed = new();
    private DateTimeOffset? _last;
    private int _asked;
    private bool _isRunning;

    public async Task RunAsync(CancellationToken stopping)
    {
        var isFirst = definition.Trigger.Flag("runOnStartup");
        while (!stopping.IsCancellationRequested)
        {
            var next = schedule.Next(context.TimeProvider.GetUtcNow());
            if (!isFirst) await WhenDueAsync(next, stopping);
            isFirst = false;
            if (!stopping.IsCancellationRequested) await InvokeAsync();
        }
    }

    /// <summary>Completes when it is neither running nor requested.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken) =>
        _changed.WhenAsync(() => !Volatile.Read(ref _isRunning) && Volatile.Read(ref _asked) == 0, cancellationToken);

    public bool TryInvokeNow()
    {
        Volatile.Write(ref _asked, 1);
        _changed.Raise();
        return true;
    }

    private async Task WhenDueAsync(DateTimeOffset next, CancellationToken stopping)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var due = DelayUntilAsync(next, enough.Token);
        await Task.WhenAny(due, _changed.WhenAsync(() => Volatile.Read(ref _asked) == 1, enough.Token));
        await enough.CancelAsync();
    }

    private async Task DelayUntilAsync(DateTimeOffset next, CancellationToken cancellationToken)
    {
        // A delay has a limit of 49 days, and a schedule may be rarer.
        var longest = TimeSpan.FromDays(1);
        for (var left = next - context.TimeProvider.GetUtcNow(); left > TimeSpan.Zero; left = next - context.TimeProvider.GetUtcNow())
            await Task.Delay(left < longest ? left : longest, context.TimeProvider, cancellationToken);
    }

    private async Task InvokeAsync()
    {
        Volatile.Write(ref _isRunning, true);
        Volatile.Write(ref _asked, 0);
        try
        {
            var request = CreateRequest();
            var result = await context.Invoker.InvokeAsync(definition.Name, request, context.Cancelling);
            if (!result.Succeeded) LogFailed(context.Logger, definition.Name, result.Reason);
            context.Report(new InvocationOutcome
            {
                FunctionName = definition.Name,
                InvocationId = request.InvocationId,
                EventCount = 1,
                Reason = result.Reason,
                Logs = result.Logs,
            });
        }
        catch (OperationCanceledException)
        {
            // Stopped before it was sent.
        }

        Volatile.Write(ref _isRunning, false);
        _changed.Raise();
    }

    private InvocationRequest CreateRequest()
    {
        var now = context.TimeProvider.GetUtcNow();
        var info = JsonSerializer.Serialize(new
        {
            Schedule = new { AdjustForDST = false },
            ScheduleStatus = new { Last = _last ?? default, Next = schedule.Next(now), LastUpdated = _last ?? default },
            IsPastDue = false,
        });
        _last = now;
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString(), FunctionId = definition.Id, TraceContext = new RpcTraceContext() };
        request.InputData.Add(new ParameterBinding { Name = definition.Trigger.Name, Data = new TypedData { Json = info } });
        return request;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string function, string reason);
}
