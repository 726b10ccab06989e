using Microsoft.AspNetCore.Http.Features;
using SpanRelay.Functions.Invocations;
using SpanRelay.Pipeline;

namespace SpanRelay.Functions.ForwardSpans;

/// <summary>
/// The Event Hub trigger's invocation: success only when nothing of the batch is held, since the host then settles the batch
/// for good. Any failure brings it again.
/// </summary>
internal static partial class ForwardSpansEndpoint
{
    public static void MapForwardSpans(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/ForwardSpans", (RequestDelegate)ForwardAsync);

    private static async Task ForwardAsync(HttpContext context)
    {
        // A large batch is bounded by the trigger's batch settings. A 413 from here would only bring it again, for ever.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        var log = context.RequestServices.GetRequiredService<ILogger<Relay>>();
        var relay = context.RequestServices.GetRequiredService<Relay>();
        try
        {
            using var batch = await InvocationReader.ReadAsync(context.Request.BodyReader, context.RequestAborted);
            var report = await relay.ForwardAsync(batch.ToBatch(), context.RequestAborted);
            await ReplyAsync(context, report);
        }
        catch (InvalidDataException e)
        {
            log.NotAnInvocation(e.Message);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            log.Abandoned(); // The host is gone, and with it whoever would read an answer.
        }
    }

    private static Task ReplyAsync(HttpContext context, RelayReport report)
    {
        context.Response.StatusCode = report.IsSettled ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        var reply = new InvocationReply([report.ToString()]);
        return context.Response.WriteAsJsonAsync(reply, InvocationJson.Default.InvocationReply);
    }

    [LoggerMessage(20, LogLevel.Error, "The Functions host's invocation cannot be read, so its events stay in the Event Hub. {Problem} Is the extension bundle in host.json newer than this function app?")]
    private static partial void NotAnInvocation(this ILogger log, string problem);

    [LoggerMessage(21, LogLevel.Warning, "The Functions host ended an invocation before its answer; its events come again.")]
    private static partial void Abandoned(this ILogger log);
}
