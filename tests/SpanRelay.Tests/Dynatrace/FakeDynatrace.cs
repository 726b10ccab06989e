using System.IO.Compression;
using System.Net;
using SpanRelay.Dynatrace;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Dynatrace;

/// <summary>Answers in place of the network: for properties that need thousands of requests.</summary>
internal sealed class FakeDynatrace(Func<ExportTraceServiceRequest, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly Lock _lock = new();

    /// <summary>What was accepted, in the order in which it was.</summary>
    public List<Span> Spans { get; } = [];

    public int Requests { get; private set; }

    public static HttpResponseMessage Accepted() => new(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };

    public static HttpResponseMessage Status(int status) => new((HttpStatusCode)status) { Content = new StringContent("no") };

    public DynatraceClient Client(TimeProvider time) => new(Some.Dynatrace(), time, this);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var gzip = new GZipStream(await request.Content!.ReadAsStreamAsync(cancellationToken), CompressionMode.Decompress);
        var export = ExportTraceServiceRequest.Parser.ParseFrom(gzip);
        lock (_lock)
        {
            Requests++;
            var response = answer(export);
            if (response.StatusCode == HttpStatusCode.OK)
                Spans.AddRange(export.Spans());
            return response;
        }
    }
}
