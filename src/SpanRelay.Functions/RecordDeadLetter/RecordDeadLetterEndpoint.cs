using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Functions.Invocations;

namespace SpanRelay.Functions.RecordDeadLetter;

/// <summary>The queue trigger's invocation: a failure brings the message again, and after the last attempt to the poison queue.</summary>
internal static partial class RecordDeadLetterEndpoint
{
    public static void MapRecordDeadLetter(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/RecordDeadLetter", (RequestDelegate)RecordAsync);

    private static async Task RecordAsync(HttpContext context)
    {
        var log = context.RequestServices.GetRequiredService<ILogger<DeadLetterRecorder>>();
        try
        {
            var message = await QueueMessage.ReadAsync(context.Request.Body, context.RequestAborted);
            var recorder = context.RequestServices.GetRequiredService<DeadLetterRecorder>();
            var recording = await recorder.RecordAsync(message.Body, message.Attempt, message.Id, context.RequestAborted);
            context.Response.StatusCode = recording == Recording.Recorded ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsJsonAsync(new InvocationReply([$"{recording}."]), InvocationJson.Default.InvocationReply);
        }
        catch (InvalidDataException e)
        {
            log.NotAMessage(e.Message);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }

    [LoggerMessage(65, LogLevel.Error, "The Functions host's invocation of RecordDeadLetter cannot be read. {Problem} Is the extension bundle in host.json newer than this function app?")]
    private static partial void NotAMessage(this ILogger log, string problem);
}
