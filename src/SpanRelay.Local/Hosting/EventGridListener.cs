using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SpanRelay.Local.Hosting;

/// <summary>One invocation an event; a failed one is delivered again, as Event Grid does: after 10 s, 30 s, 1 minute, 5 minutes, then every 10.</summary>
internal sealed partial class EventGridListener(EventGridTopic topic, string function, string binding, HostContext context) : IListener
{
    private static readonly TimeSpan[] Delays = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)];

    // Subscribed at once: what is published before the listener runs is not lost.
    private readonly ChannelReader<string> _events = topic.Subscribe();

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var json in _events.ReadAllAsync(stopping))
            {
                await DeliverAsync(json, stopping);
                topic.Settle();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped while it waited.
        }
    }

    public Task WhenIdleAsync(CancellationToken cancellationToken) => topic.WhenIdleAsync(cancellationToken);

    private async Task DeliverAsync(string json, CancellationToken stopping)
    {
        for (var attempt = 1; !stopping.IsCancellationRequested; attempt++)
        {
            var started = context.TimeProvider.GetTimestamp();
            var reply = await context.Invoker.InvokeAsync(function, Envelope(json), stopping);
            context.Report(new InvocationOutcome
            {
                FunctionName = function,
                EventCount = 1,
                Attempt = attempt,
                Reply = reply,
                Duration = context.TimeProvider.GetElapsedTime(started),
            });
            if (reply.Succeeded) return;
            LogFailed(context.Logger, function, reply.Reason);
            await Task.Delay(Delays[Math.Min(attempt, Delays.Length) - 1], context.TimeProvider, stopping);
        }
    }

    private ByteArrayContent Envelope(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        var data = parsed.RootElement.GetProperty("data").GetRawText();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(
            $$$"""{"Data": { "{{{binding}}}": {{{json}}} }, "Metadata": { "data": {{{data}}}, "sys": { "MethodName": "{{{function}}}" } } }"""));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        return content;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} failed and is delivered again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string function, string reason);
}
