using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;
using SpanRelay.Functions.Hosting;
using SpanRelay.Functions.Ingest;
using SpanRelay.Ingest;

namespace SpanRelay.Functions;

/// <summary>
/// Takes OTLP/HTTP exports and sends them to the Event Hub, redacted. The host lets every request in, since it knows no key in an
/// Authorization header; no request passes that the host, asked by <see cref="SenderKeys"/>, does not confirm.
/// </summary>
public sealed partial class IngestTraces(TraceIngest ingest, SenderKeys keys, ILogger<IngestTraces> log)
{
    [Function(nameof(IngestTraces))]
    public async Task<HttpResponseData> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/traces")] HttpRequestData request, FunctionContext context)
    {
        var stop = StopMiddleware.TokenOf(context);
        IngestReply reply;
        try
        {
            reply = await RefuseAsync(request, stop) ?? await ingest.ReceiveAsync(OtlpHttp.HeadersOf(request), token => OtlpHttp.ReadBodyAsync(request, token), stop);
        }
        catch (Exception e) when (e is OperationCanceledException or OutOfMemoryException)
        {
            reply = IngestReply.Busy("This instance stops, or is out of memory. Retry.");
        }

        return await OtlpHttp.RespondAsync(request, reply);
    }

    private async Task<IngestReply?> RefuseAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        if (request.Method != "POST")
            return new IngestReply(405, "Send exports with POST.");

        var verdict = await keys.CheckAsync(OtlpHttp.KeyOf(request), cancellationToken);
        if (verdict == KeyVerdict.Unknown)
            LogKeyUnknown();
        return verdict switch
        {
            KeyVerdict.Valid => null,
            KeyVerdict.Invalid => new IngestReply(401, "The key is missing or not valid. Send a function key in the header x-functions-key, as Authorization: Bearer <key>, or as ?code=<key>."),
            _ => IngestReply.Busy("The key cannot be checked at the moment. Retry."),
        };
    }

    [LoggerMessage(91, LogLevel.Warning, "A sender's key could not be checked: the app did not get an answer from itself at https://WEBSITE_HOSTNAME/v1/traces/key, or many unknown keys are being tried. The sender got 503 and retries. If that lasts, let the app reach its own address (access restrictions, private endpoint).")]
    private partial void LogKeyUnknown();
}
