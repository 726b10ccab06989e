using CsCheck;
using Google.Protobuf;
using SpanRelay.Delivery;
using SpanRelay.Otlp.Schema;

namespace SpanRelay.Tests.Delivery;

public class RequestPackerTests
{
    [Fact]
    public void EventsAreLaidEndToEndAsLongAsTheyFit()
    {
        var export = Some.Request(Some.Span()).ToByteArray();
        using var packer = new RequestPacker(export.Length * 2 + 1);

        for (var i = 0; i < 5; i++)
            packer.Add(i, export, 1);

        Assert.Equal([2, 2, 1], packer.Requests.Select(request => request.Parts.Count));
        Assert.Equal([0, 1, 2, 3, 4], packer.Requests.SelectMany(request => request.Parts).Select(part => part.EventIndex));
        Assert.Equal(2, Parse(packer.Requests[0], 0..2).Spans().Count());
        Assert.Single(Parse(packer.Requests[0], 1..2).Spans());
    }

    [Fact]
    public void WhatIsTooLargeIsSplitBetweenItsSpans() =>
        Gen.Select(AnyRequest.Requests, Gen.Int[60, 2_000]).Sample((request, maxBytes) =>
        {
            using var packer = new RequestPacker(maxBytes);
            packer.Add(7, request.ToByteArray(), request.Spans().Count());

            var pieces = packer.Requests.Select(each => Parse(each, 0..each.Parts.Count)).ToList();
            Assert.Equal(request.Spans(), pieces.SelectMany(piece => piece.Spans()));
            Assert.Equal(Owners(request), pieces.SelectMany(Owners));
            foreach (var packed in packer.Requests)
            {
                var spans = packed.SpansIn(0..packed.Parts.Count);
                Assert.Equal(Parse(packed, 0..packed.Parts.Count).Spans().Count(), spans);
                Assert.True(packed.Length <= maxBytes || spans <= 1);
                Assert.All(packed.Parts, part => Assert.Equal(7, part.EventIndex));
            }
        }, iter: 3_000);

    [Fact]
    public void SplittingFillsTheRequests()
    {
        var request = Some.Request([.. Enumerable.Range(1, 1000).Select(i => Some.Span(i))]);
        var body = request.ToByteArray();
        using var packer = new RequestPacker(10_000);

        packer.Add(0, body, 1000);

        var least = (body.Length + 9_999) / 10_000;
        Assert.InRange(packer.Requests.Count, least, least + 1);
    }

    /// <summary>Of each span the resource and scope it belongs to, with what else these say.</summary>
    private static IEnumerable<(Resource?, string, InstrumentationScope?, string)> Owners(ExportTraceServiceRequest request) =>
        from resource in request.ResourceSpans
        from scope in resource.ScopeSpans
        from span in scope.Spans
        select (resource.Resource, resource.SchemaUrl, scope.Scope, scope.SchemaUrl);

    private static ExportTraceServiceRequest Parse(PackedRequest request, Range parts) =>
        ExportTraceServiceRequest.Parser.ParseFrom(request.Bytes(parts).Span);
}
