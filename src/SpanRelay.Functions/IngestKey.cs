using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace SpanRelay.Functions;

/// <summary>
/// Tells whether a key may send traces: the host answers 401 in its place where the key is not valid. Keys of this function open nothing
/// but <see cref="IngestTraces"/>.
/// </summary>
public static class IngestKey
{
    internal const string Route = "v1/traces/key";

    [Function(nameof(IngestKey))]
    public static HttpResponseData Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.NoContent);
}
