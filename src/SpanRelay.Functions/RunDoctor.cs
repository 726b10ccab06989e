using System.Net;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using SpanRelay.Doctor;
using SpanRelay.Functions.Hosting;

namespace SpanRelay.Functions;

/// <summary>
/// Answers what <c>spanrelay doctor</c> says, from where the app runs: its network, its identity, its settings. One run at a
/// time, since each calls all services.
/// </summary>
public sealed class RunDoctor(TimeProvider time)
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    [Function("Doctor")]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "get", Route = "doctor")] HttpRequestData request, FunctionContext context)
    {
        var stop = StopMiddleware.TokenOf(context);
        if (!await OneAtATime.WaitAsync(TimeSpan.Zero, stop))
            return await RespondAsync(request, HttpStatusCode.TooManyRequests, """{"error":"Doctor is running already. Try again in a minute."}""");
        try
        {
            var report = await DoctorRun.OfEnvironment(time).RunAsync(stop);
            return await RespondAsync(request, HttpStatusCode.OK, report.ToJson());
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task<HttpResponseData> RespondAsync(HttpRequestData request, HttpStatusCode status, string json)
    {
        var response = request.CreateResponse(status);
        response.Headers.Add("Content-Type", "application/json; charset=utf-8");
        if (status == HttpStatusCode.TooManyRequests)
            response.Headers.Add("Retry-After", "60");
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(json));
        return response;
    }
}
