using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace SpanRelay.Functions;

/// <summary>Tells a load balancer or an availability test that the app runs, and nothing more.</summary>
public static class Health
{
    [Function(nameof(Health))]
    public static HttpResponseData Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.WriteString("ok");
        return response;
    }
}
