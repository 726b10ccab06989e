using System.Net;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace SpanRelay.TestWorker;

/// <summary>One function for each trigger. What it gets is what it does; see <see cref="Commands"/>.</summary>
public static class Functions
{
    /// <summary>For measurements: events are received, and nothing is done with them.</summary>
    private static readonly bool DropsEvents = Environment.GetEnvironmentVariable("TEST_WORKER_DROPS") == "true";

    [Function("Forward")]
    [ExponentialBackoffRetry(-1, "00:00:00.010", "00:00:00.050")]
    public static async Task ForwardAsync([EventHubTrigger("%EVENTHUB_NAME%", Connection = "EVENTHUB")] ReadOnlyMemory<byte>[] events, FunctionContext context)
    {
        if (DropsEvents) return;
        foreach (var body in events) await Commands.RunAsync(Encoding.UTF8.GetString(body.Span), context);
    }

    [Function("Record")]
    public static Task RecordAsync([QueueTrigger("%QUEUE_NAME%", Connection = "AzureWebJobsStorage")] byte[] message, FunctionContext context) =>
        Commands.RunAsync(Encoding.UTF8.GetString(message), context);

    [Function("Tick")]
    public static Task TickAsync([TimerTrigger("%SCHEDULE%")] TimerInfo timer, FunctionContext context) =>
        Commands.RunAsync($"log tick {timer.IsPastDue} {timer.ScheduleStatus!.Next:s}", context);

    [Function("Admin")]
    public static Task<HttpResponseData> AdminAsync([HttpTrigger(AuthorizationLevel.Admin, "post", Route = "admin-only")] HttpRequestData request, FunctionContext context) =>
        AnswerAsync(request, context);

    [Function("Keyed")]
    public static Task<HttpResponseData> KeyedAsync([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequestData request, FunctionContext context) =>
        AnswerAsync(request, context);

    [Function("Open")]
    public static Task<HttpResponseData> OpenAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "open/door")] HttpRequestData request, FunctionContext context) =>
        AnswerAsync(request, context);

    /// <summary>Runs the body as a command, and says what else it got.</summary>
    private static async Task<HttpResponseData> AnswerAsync(HttpRequestData request, FunctionContext context)
    {
        var body = await request.ReadAsStringAsync();
        if (!string.IsNullOrEmpty(body)) await Commands.RunAsync(body, context);
        var response = request.CreateResponse(HttpStatusCode.Accepted);
        response.Headers.Add("x-seen", string.Join(',', request.Headers.Where(header => header.Key.StartsWith("x-own", StringComparison.OrdinalIgnoreCase)).SelectMany(header => header.Value)));
        await response.WriteStringAsync($"{request.Method} {request.Url.PathAndQuery} {request.Query["q"]} {body}");
        return response;
    }
}
