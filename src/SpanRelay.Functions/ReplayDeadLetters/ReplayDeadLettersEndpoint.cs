using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Replay;

namespace SpanRelay.Functions.ReplayDeadLetters;

/// <summary>
/// The replay for operators without access to the storage account. Azure's front end cuts a call off after 230 seconds: each
/// ends well before, and the next one goes on where it ended.
/// </summary>
internal static partial class ReplayDeadLettersEndpoint
{
    /// <summary>No batch is begun after it. What is begun ends with the relay's own budget.</summary>
    private static readonly TimeSpan TimeToBegin = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(200);

    public static void MapReplayDeadLetters(this IEndpointRouteBuilder routes)
    {
        // The host forwards to the route of function.json; older ones call by the function's name.
        routes.MapPost("/dead-letters/replay", (RequestDelegate)ReplayAsync);
        routes.MapPost("/ReplayDeadLetters", (RequestDelegate)ReplayAsync);
    }

    private static async Task ReplayAsync(HttpContext context)
    {
        var log = context.RequestServices.GetRequiredService<ILogger<DeadLetterReplay>>();
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var end = new CancellationTokenSource(TimeToEnd, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, end.Token);
        try
        {
            var stopAt = time.GetUtcNow() + TimeToBegin;
            var request = await ReplayCall.ReadAsync(context.Request, time.GetUtcNow());
            await ReplayAsync(context, request, stopAt, ended.Token);
        }
        catch (InvalidDataException e)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (DeadLetterStoreException e)
        {
            log.Failed(e.Message);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            log.CutOff();
            if (!context.RequestAborted.IsCancellationRequested)
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "This call's time is over. What was replayed is marked: call again to go on.");
        }
    }

    private static async Task ReplayAsync(HttpContext context, ReplayRequest request, DateTimeOffset stopAt, CancellationToken cancellationToken)
    {
        var services = context.RequestServices;
        var selection = await request.SelectAsync(services.GetRequiredService<DeadLetterArchive>(), cancellationToken);
        var unlucky = new List<ReplayResult>();
        var report = await services.GetRequiredService<DeadLetterReplay>().ReplayAsync(
            selection.Letters, stopAt, (result, _) => Keep(result, unlucky), cancellationToken);

        services.GetRequiredService<ILogger<DeadLetterReplay>>().Replayed(
            report.Letters, report[ReplayOutcome.Replayed], report[ReplayOutcome.ReplayedInPart], report[ReplayOutcome.Refused],
            report[ReplayOutcome.Expired], report.Left, report.SpansDelivered);
        context.Response.StatusCode = report.StoppedBy is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsJsonAsync(ReplayAnswer.Of(selection, report, unlucky), ReplayJson.Default.ReplayAnswer, cancellationToken: cancellationToken);
    }

    private static void Keep(ReplayResult result, List<ReplayResult> unlucky)
    {
        if (result.Outcome != ReplayOutcome.Replayed && unlucky.Count < ReplayAnswer.MostProblems)
            unlucky.Add(result);
    }

    private static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new ReplayError(error), ReplayJson.Default.ReplayError);
    }

    [LoggerMessage(80, LogLevel.Information, "Replayed dead letters: letters={Letters} replayed={Replayed} replayedInPart={ReplayedInPart} refused={Refused} expired={Expired} left={Left} spansDelivered={SpansDelivered}")]
    private static partial void Replayed(this ILogger log, int letters, int replayed, int replayedInPart, int refused, int expired, int left, long spansDelivered);

    [LoggerMessage(81, LogLevel.Warning, "A replay of dead letters ended: what was replayed until then is marked. {Problem}")]
    private static partial void Failed(this ILogger log, string problem);

    [LoggerMessage(82, LogLevel.Warning, "A replay of dead letters was cut off: what was replayed until then is marked.")]
    private static partial void CutOff(this ILogger log);
}
