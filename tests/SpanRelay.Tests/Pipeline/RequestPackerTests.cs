using CsCheck;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.DeadLetters;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Pipeline;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Pipeline;

public class RequestPackerTests
{
    private static readonly SpanLifetime Unlimited = new(maxAge: null, TimeProvider.System);

    [Fact]
    public void EventsAreLaidEndToEndAsLongAsTheyFit()
    {
        var export = Some.Request(Some.Span()).ToByteArray();
        using var packer = new RequestPacker(export.Length * 2 + 1, Unlimited, TimeProvider.System);

        for (var i = 0; i < 5; i++)
            packer.Add(Event(i, 1), export, 1, DateTimeOffset.MaxValue);

        var requests = TakeAll(packer);
        Assert.Equal([2, 2, 1], requests.Select(request => request.Parts.Count));
        Assert.Equal([0L, 1, 2, 3, 4], requests.SelectMany(request => request.Parts).Select(part => part.Event.Key.SequenceNumber));
        Assert.Equal(2, Parse(requests[0], 0..2).Spans().Count());
        Assert.Single(Parse(requests[0], 1..2).Spans());
    }

    [Fact]
    public void AnExportThatIsTooLargeIsSplitAtSpanBoundaries() =>
        Gen.Select(AnyRequest.Requests, Gen.Int[60, 2_000]).Sample((request, maxBytes) =>
        {
            using var packer = new RequestPacker(maxBytes, Unlimited, TimeProvider.System);
            var spansOfEvent = request.Spans().Count();
            packer.Add(Event(7, spansOfEvent), request.ToByteArray(), spansOfEvent, DateTimeOffset.MaxValue);

            var requests = TakeAll(packer).Where(each => each.Units > 0 && each.Length > 0).ToList();
            var pieces = requests.Select(each => Parse(each, 0..each.Units)).ToList();
            Assert.Equal(request.Spans(), pieces.SelectMany(piece => piece.Spans()));
            Assert.Equal(Owners(request), pieces.SelectMany(Owners));
            Assert.Equal(Enumerable.Range(0, spansOfEvent), requests.SelectMany(each => each.SpansOf(0..each.Units)).SelectMany(run => Enumerable.Range(run.First, run.Count)));
            foreach (var packed in requests)
            {
                var spans = packed.SpansOf(0..packed.Units).Sum(run => run.Count);
                Assert.Equal(Parse(packed, 0..packed.Units).Spans().Count(), spans);
                Assert.True(packed.Length <= maxBytes || spans <= 1);
                Assert.All(packed.Parts, part => Assert.Equal(7, part.Event.Key.SequenceNumber));
            }
        }, iter: 3_000);

    [Fact]
    public void SplittingFillsTheRequests()
    {
        var request = Some.Request([.. Enumerable.Range(1, 1000).Select(i => Some.Span(i))]);
        var body = request.ToByteArray();
        using var packer = new RequestPacker(10_000, Unlimited, TimeProvider.System);

        packer.Add(Event(0, 1000), body, 1000, DateTimeOffset.MaxValue);

        var least = (body.Length + 9_999) / 10_000;
        Assert.InRange(TakeAll(packer).Count, least, least + 1);
    }

    [Fact]
    public void ARequestThatWaitsForASlowEventIsSentWithoutIt()
    {
        var time = new SteppedTime(Some.Now);
        using var packer = new RequestPacker(4_000_000, Unlimited, time);

        packer.Add(Event(1, 1), Some.Request(Some.Span(1)).ToByteArray(), 1, DateTimeOffset.MaxValue);
        var isFull = packer.TryTakeFull(out _);
        time.Advance(TimeSpan.FromSeconds(6));
        packer.Add(Event(2, 1), Some.Request(Some.Span(2)).ToByteArray(), 1, DateTimeOffset.MaxValue);

        Assert.False(isFull);
        Assert.True(packer.TryTakeFull(out var waited));
        Assert.Equal(Some.Now, waited!.OpenedAt);
        Assert.Null(packer.TakeLast());
        waited.Dispose();
    }

    [Fact]
    public void SpansThatAreSelectedKeepTheirOwnersAndOthersLeaveNothing() =>
        Gen.Select(AnyRequest.Requests, Gen.Int).Sample((request, seed) =>
        {
            var spans = request.Spans().ToList();
            var places = Enumerable.Range(0, spans.Count).Where(place => (seed >> (place % 31) & 1) == 1).ToArray();
            using var canonical = new PooledBuffer();
            SpanRelay.Redaction.Redactor.ThatKeepsEverything.Redact(request.ToByteArray(), canonical, new int[SpanRelay.Redaction.Redactor.ThatKeepsEverything.Rules.Count]);
            using var selected = new PooledBuffer();
            var read = new List<(ulong End, bool HasIds)>();

            SpanSelection.Copy(canonical.WrittenSpan, places, selected);
            SpanSelection.Read(canonical.WrittenSpan, read);

            var copy = ExportTraceServiceRequest.Parser.ParseFrom(selected.WrittenSpan);
            Assert.Equal(places.Select(place => spans[place]), copy.Spans());
            Assert.Equal(Owners(request).Where((_, place) => places.Contains(place)), Owners(copy));
            Assert.All(copy.ResourceSpans, resource => Assert.NotEmpty(resource.ScopeSpans.SelectMany(scope => scope.Spans)));
            Assert.Equal(spans.Select(span => span.EndTimeUnixNano), read.Select(each => each.End));
            Assert.Equal(spans.Select(span => TraceSchema.IsTraceId(span.TraceId.Span) && TraceSchema.IsSpanId(span.SpanId.Span)), read.Select(each => each.HasIds));
        }, iter: 2_000);

    /// <summary>Of each span the resource and scope it belongs to, with what else these say.</summary>
    private static IEnumerable<(Resource?, string, InstrumentationScope?, string)> Owners(ExportTraceServiceRequest request) =>
        from resource in request.ResourceSpans
        from scope in resource.ScopeSpans
        from span in scope.Spans
        select (resource.Resource, resource.SchemaUrl, scope.Scope, scope.SchemaUrl);

    private static EventInBatch Event(long number, int spans) =>
        new(new EventKey("3", number, 0), EnqueuedAt: null, new SpanSet(spans), Places: null);

    private static List<PackedRequest> TakeAll(RequestPacker packer)
    {
        var requests = new List<PackedRequest>();
        while (packer.TryTakeFull(out var request))
            requests.Add(request!);
        if (packer.TakeLast() is { } last)
            requests.Add(last);
        return requests;
    }

    private static ExportTraceServiceRequest Parse(PackedRequest request, Range parts) =>
        ExportTraceServiceRequest.Parser.ParseFrom(request.Bytes(parts).Span);
}
