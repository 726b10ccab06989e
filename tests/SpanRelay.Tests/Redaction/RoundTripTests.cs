using CsCheck;
using Google.Protobuf;
using SpanRelay.Buffers;
using SpanRelay.Otlp;
using SpanRelay.Otlp.Schema;
using SpanRelay.Redaction;
using SpanRelay.Tests.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction;

/// <summary>With nothing to redact, the walk is the identity: the same message, in canonical bytes, by Google's own parser.</summary>
public class RoundTripTests
{
    [Fact]
    public void WhateverIsLawfulComesOutEqualAndCanonical() => AnyRequest.Requests.Sample(request =>
    {
        var canonical = request.ToByteArray();

        var (result, output) = Redactor.ThatKeepsEverything.Redact(canonical);

        Assert.Equal(PayloadProblem.None, result.Problem);
        Assert.Equal(canonical, output);
        Assert.Equal(request.Spans().Count(), result.Spans);
    }, iter: 5_000);

    [Fact]
    public void HoweverItIsEncodedItComesOutCanonical() =>
        Gen.Select(AnyRequest.Requests, Gen.Int[0, int.MaxValue]).Sample((request, seed) =>
        {
            var scrambled = new ScrambledWire(seed).Of(request);
            Assert.Equal(request, ExportTraceServiceRequest.Parser.ParseFrom(scrambled));

            var (result, output) = Redactor.ThatKeepsEverything.Redact(scrambled);

            Assert.Equal(PayloadProblem.None, result.Problem);
            Assert.Equal(request.ToByteArray(), output);
        }, iter: 5_000);

    [Fact]
    public void TheLastOfATwiceSetScalarCountsAndMessagesMerge()
    {
        var first = Some.Span(name: "first");
        first.Status = new Status { Message = "kept" };
        first.Attributes.Add(Some.Attribute("a", "1"));
        var second = Some.Span(name: "second");
        second.Status = new Status { Code = Status.Types.StatusCode.Error };
        second.Attributes.Add(Some.Attribute("b", "2"));
        var twice = Export(WithField(2, WithField(2, [.. first.ToByteArray(), .. second.ToByteArray()])));

        var (_, output) = Redactor.ThatKeepsEverything.Redact(twice);

        var span = Assert.Single(ExportTraceServiceRequest.Parser.ParseFrom(output).Spans());
        Assert.Equal(("second", 2, "kept", Status.Types.StatusCode.Error), (span.Name, span.Attributes.Count, span.Status.Message, span.Status.Code));
        Assert.Equal(ExportTraceServiceRequest.Parser.ParseFrom(twice).ToByteArray(), output);
    }

    [Theory]
    [MemberData(nameof(Oneofs))]
    public void OfAOneofTheLastMemberCounts(string what, byte[][] values)
    {
        var span = Some.Span();
        byte[] keyValue = [.. WithField(1, "key"u8.ToArray()), .. values.SelectMany(value => WithField(2, value))];
        var request = Export(WithField(2, WithField(2, [.. span.ToByteArray(), .. WithField(9, keyValue)])));

        var (_, output) = Redactor.ThatKeepsEverything.Redact(request);

        Assert.True(ExportTraceServiceRequest.Parser.ParseFrom(request).ToByteArray().AsSpan().SequenceEqual(output), what);
    }

    public static TheoryData<string, byte[][]> Oneofs()
    {
        var text = new AnyValue { StringValue = "text" }.ToByteArray();
        var number = new AnyValue { IntValue = 7 }.ToByteArray();
        var zero = new AnyValue { IntValue = 0 }.ToByteArray();
        var list = new AnyValue { ArrayValue = new ArrayValue { Values = { Some.Text("one") } } }.ToByteArray();
        var more = new AnyValue { ArrayValue = new ArrayValue { Values = { Some.Text("two") } } }.ToByteArray();
        return new()
        {
            { "text, then number", [text, number] },
            { "number, then its default", [number, zero] },
            { "both in one piece", [[.. text, .. number]] },
            { "lists merge", [list, more] },
            { "lists do not merge across another member", [list, text, more] },
            { "lists merge behind another member", [text, list, more] },
            { "a list and an empty piece", [list, []] },
        };
    }

    [Fact]
    public void UnknownNumbersAreKeptAndUnknownBytesDroppedAndCounted()
    {
        byte[] unknown = [0xA0, 0x06, 0x96, 0x01, .. WithField(101, "secret"u8.ToArray()), 0xB1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8];
        var request = Export(WithField(2, WithField(2, [.. unknown, .. Some.Span().ToByteArray()])));

        var (result, output) = Redactor.ThatKeepsEverything.Redact(request);

        Assert.Equal(1, result.UnknownFieldsRemoved);
        Assert.False(output.Contains("secret"));
        byte[] kept = [.. Some.Span().ToByteArray(), 0xA0, 0x06, 0x96, 0x01, 0xB1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8];
        Assert.Equal(Export(WithField(2, WithField(2, kept))), output);
    }

    [Fact]
    public void InvalidUtf8IsRepairedBecauseTheReceiverWouldRejectTheWholeRequest()
    {
        byte[] cut = [.. Some.Span(name: "").ToByteArray(), .. WithField(5, [(byte)'c', (byte)'u', (byte)'t', 0xE2, 0x82])];

        var (result, output) = Redactor.ThatKeepsEverything.Redact(Export(WithField(2, WithField(2, cut))));

        Assert.Equal(PayloadProblem.None, result.Problem);
        Assert.Equal("cut\uFFFD", Assert.Single(ExportTraceServiceRequest.Parser.ParseFrom(output).Spans()).Name);
    }

    private static byte[] Export(byte[] resourceSpans) => WithField(1, resourceSpans);

    private static byte[] WithField(int number, byte[] value)
    {
        using var output = new PooledBuffer();
        new WireWriter(output).WriteBytes(number, value);
        return output.WrittenSpan.ToArray();
    }
}
