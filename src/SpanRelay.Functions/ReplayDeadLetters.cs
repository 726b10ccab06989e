using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;
using SpanRelay.DeadLetters;
using SpanRelay.Dynatrace;
using SpanRelay.Functions.Hosting;
using SpanRelay.Functions.Replay;
using SpanRelay.Replay;
using SpanRelay.Tokens;

namespace SpanRelay.Functions;

/// <summary>
/// Replays dead letters, for operators without access to the storage account. Azure's front end cuts a call off after 230
/// seconds: each ends well before, and the next one continues.
/// </summary>
public sealed partial class ReplayDeadLetters(DeadLetterArchive archive, DeadLetterReplay replay, TimeProvider time, ILogger<ReplayDeadLetters> log)
{
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>No batch is begun after this. What is begun ends with the relay's own budget.</summary>
    private static readonly TimeSpan TimeToBegin = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(200);

    [Function(nameof(ReplayDeadLetters))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "dead-letters/replay")] HttpRequestData request, FunctionContext context)
    {
        using var end = new CancellationTokenSource(TimeToEnd, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(StopMiddleware.TokenOf(context), end.Token);
        try
        {
            return await ReplayAsync(request, ended.Token);
        }
        catch (InvalidDataException e)
        {
            return await RefuseAsync(request, HttpStatusCode.BadRequest, e.Message);
        }
        catch (DeadLetterStoreException e)
        {
            LogFailed(e.Message);
            return await RefuseAsync(request, HttpStatusCode.ServiceUnavailable, e.Message);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            LogCutOff();
            return await RefuseAsync(request, HttpStatusCode.ServiceUnavailable, "This call's time is over. What was replayed is marked: call again to continue.");
        }
    }

    private async Task<HttpResponseData> ReplayAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var stopAt = time.GetUtcNow() + TimeToBegin;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        if (body.Length > MaxBodyBytes)
            throw new InvalidDataException($"The body is larger than {MaxBodyBytes} bytes: name fewer ids, or choose by since, until, cause or service.");

        var selection = await ReplayCall.Read(body.ToArray(), time.GetUtcNow()).SelectAsync(archive, cancellationToken);
        var unlucky = new List<ReplayResult>();
        var report = await replay.ReplayAsync(selection.Letters, stopAt, (result, _) => Keep(result, unlucky), cancellationToken);
        LogReplayed(
            report.Letters, report[ReplayOutcome.Replayed], report[ReplayOutcome.ReplayedInPart], report[ReplayOutcome.Refused],
            report[ReplayOutcome.Expired], report.Left, report.SpansDelivered);
        var status = report.StoppedBy is null ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable;
        return await RespondAsync(request, status, ReplayAnswer.Of(selection, report, unlucky), ReplayJson.Default.ReplayAnswer);
    }

    private static void Keep(ReplayResult result, List<ReplayResult> unlucky)
    {
        if (result.Outcome != ReplayOutcome.Replayed && unlucky.Count < ReplayAnswer.MostProblems)
            unlucky.Add(result);
    }

    private static Task<HttpResponseData> RefuseAsync(HttpRequestData request, HttpStatusCode status, string error) =>
        RespondAsync(request, status, new ReplayError(error), ReplayJson.Default.ReplayError);

    private static async Task<HttpResponseData> RespondAsync<T>(HttpRequestData request, HttpStatusCode status, T body, JsonTypeInfo<T> type)
    {
        var response = request.CreateResponse(status);
        response.Headers.Add("Content-Type", "application/json; charset=utf-8");
        await response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, type));
        return response;
    }

    [LoggerMessage(80, LogLevel.Information, "Replayed dead letters: letters={Letters} replayed={Replayed} replayedInPart={ReplayedInPart} refused={Refused} expired={Expired} left={Left} spansDelivered={SpansDelivered}")]
    private partial void LogReplayed(int letters, int replayed, int replayedInPart, int refused, int expired, int left, long spansDelivered);

    [LoggerMessage(81, LogLevel.Warning, "A replay of dead letters failed. What was replayed until then is marked. {Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(82, LogLevel.Warning, "A replay of dead letters was cut off. What was replayed until then is marked.")]
    private partial void LogCutOff();
}
